//! Tests of the release Wasm on the embedded chain.
mod costs;
