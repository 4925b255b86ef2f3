//! The runtime's metadata, as clients know it from other chains.

use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use scale::{Decode, Encode};
use scale_info::PortableRegistry;

/// Names the runtime's own types as those of a crate for itself, which they are elsewhere: `runtime::
/// RuntimeEvent` for `farthing_chain::contracts_node::runtime::RuntimeEvent`. Some clients find the types of
/// events and calls by such a path.
///
/// # Panics
/// If the bytes are not metadata as this program makes it.
pub(crate) fn named_as_elsewhere(metadata: &[u8]) -> Vec<u8> {
    let mut metadata =
        RuntimeMetadataPrefixed::decode(&mut &metadata[..]).expect("the runtime's own metadata");
    match &mut metadata.1 {
        RuntimeMetadata::V14(known) => rename(&mut known.types),
        RuntimeMetadata::V15(known) => rename(&mut known.types),
        _ => {}
    }
    metadata.encode()
}

fn rename(types: &mut PortableRegistry) {
    for one in &mut types.types {
        let path = &mut one.ty.path.segments;
        if path.first().is_some_and(|first| first == "farthing_chain") {
            let last = path.pop().unwrap_or_default();
            *path = vec!["runtime".into(), last];
        }
    }
}
