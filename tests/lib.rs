//! Holds nothing: the tests are in `chain/`, and those on a node in a package of their own, `node/`.
