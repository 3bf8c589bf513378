//! The contract suite, on both forms of the backend.

mod in_memory {
    use std::sync::Arc;

    use menshen_store::Sqlite;
    use menshen_store::contract::Made;

    async fn make() -> Made {
        Made {
            store: Arc::new(Sqlite::in_memory().await.unwrap()),
            keep: Box::new(()),
        }
    }

    menshen_store::contract_suite!(super::make);
}

mod on_disk {
    use std::sync::Arc;

    use menshen_store::contract::Made;
    use menshen_store::{OpenMode, Sqlite};

    async fn make() -> Made {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("menshen.db");
        Made {
            store: Arc::new(Sqlite::open(&path, OpenMode::MayCreate).await.unwrap()),
            keep: Box::new(folder),
        }
    }

    menshen_store::contract_suite!(super::make);
}
