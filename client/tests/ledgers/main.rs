//! What the library tells of a chain: whatever happened, it adds up to what the contracts say.

mod adding_up;
mod emitted;
mod handles;
mod kept;
mod proofs;
mod steps;
mod world;
