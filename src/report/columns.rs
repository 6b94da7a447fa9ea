//! Rows with columns: structs that are written as arrays, because the names would be the same in each.

/// The names of the columns of a row.
pub(super) trait Columns {
    /// In their order.
    const NAMES: &[&str];
}

/// Defines a row: a struct that is written as an array of its fields, in the order in which they stand here. A derived
/// `Deserialize` reads such an array.
macro_rules! row {
    ($(#[$about:meta])* struct $name:ident { $($(#[$meaning:meta])* $column:ident: $kind:ty,)* }) => {
        $(#[$about])*
        pub(super) struct $name {
            $($(#[$meaning])* pub(super) $column: $kind,)*
        }

        impl crate::report::columns::Columns for $name {
            const NAMES: &[&str] = &[$(stringify!($column)),*];
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ($(&self.$column,)*).serialize(serializer)
            }
        }
    };
}

pub(super) use row;

#[cfg(test)]
mod tests {
    use super::*;

    row! {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Pair {
            first: u8,
            second: Option<String>,
        }
    }

    #[test]
    fn a_row_is_written_and_read_as_an_array() {
        let pair = Pair { first: 1, second: Some("b".into()) };
        let text = serde_json::to_string(&pair).expect("json");
        assert_eq!((text.as_str(), Pair::NAMES), (r#"[1,"b"]"#, &["first", "second"][..]));
        assert_eq!(serde_json::from_str::<Pair>(&text).expect("a row"), pair);
    }
}
