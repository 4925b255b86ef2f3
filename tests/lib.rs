//! Holds nothing: the tests are in `chain/`, and later in `node/`.
