//! What the library tells of the past, against a chain: whatever happened, it adds up to what the contracts say.

mod adding_up;
mod kept;
mod steps;
mod world;
