//! The contract of the store, kept by the store in memory.

use domain::ports::Store;
use domain::testing::MemoryStore;
use std::sync::Arc;

async fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::default())
}

domain::store_contract!(memory);
