//! Making linked Wasm cheap to call.
//!
//! A chain charges twelve times as much for a byte of a function that a call enters as for one that it
//! only loads. Binaryen's fixed levels do not know that: from level 2 on they move every message that is
//! called from one place into the function that calls it, and so into the one that all calls enter;
//! level 1 leaves much else undone. So this runs the strongest level for size and tells it to inline only
//! functions that are shorter than a call of them. contract-build has no switch for that, and runs its own
//! level afterwards, which then finds nothing to do.

use anyhow::{Context, Result};
use std::path::Path;
use wasm_opt::{Feature, OptimizationOptions, Pass};

/// Most of Binaryen's units of size that a function may have to be moved into its only caller.
const MAX_INLINED: u32 = 10;

/// Optimises the module at `path` in place.
pub fn shrink(path: &Path) -> Result<()> {
    OptimizationOptions::new_optimize_for_size_aggressively()
        .one_caller_inline_max_size(MAX_INLINED)
        .set_converge()
        // As contract-build has it: chains run no later features, and Rust cannot leave this one out.
        .mvp_features_only()
        .enable_feature(Feature::SignExt)
        .add_pass(Pass::SignextLowering)
        .zero_filled_memory(true)
        .debug_info(false)
        .run(path, path)
        .with_context(|| format!("cannot optimise {}", path.display()))
}
