//! Prints the path of a `protoc` for this machine, which scripts/node gives to the node's build.

fn main() -> Result<(), protoc_bin_vendored::Error> {
    println!("{}", protoc_bin_vendored::protoc_bin_path()?.display());
    Ok(())
}
