//! argv in, exit code out.
#![cfg_attr(target_env = "gnu", no_main)]

forkful::main_function!(forkful::run);
