//! `chainSpec_v1_…`: which chain it is, in the newer interface.

use super::{register, system::properties, Methods, Registered};
use serde_json::json;

pub fn register_methods(methods: &mut Methods) -> Registered {
    methods.register_method("chainSpec_v1_chainName", |_, _, _| "Development")?;
    register(methods, "chainSpec_v1_genesisHash", |_, node| {
        Ok(json!(node.blocks(|blocks| blocks.at(0))))
    })?;
    register(methods, "chainSpec_v1_properties", |_, node| {
        Ok(properties(node))
    })
}
