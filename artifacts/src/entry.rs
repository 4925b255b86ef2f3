//! The entry point of a contract's own, in place of ink!'s.
//!
//! ink! exports a function `call`, which every call of a contract enters. A contract that exports
//! `farthing_call` as well has that one entered instead (`contracts/shared/src/entry.rs` says why). Rust
//! cannot link two functions of one name, hence this: after linking, ink!'s export goes and the other
//! takes its name. What nothing refers to any more is removed by the optimiser.

use anyhow::{anyhow, Context, Result};
use std::{convert::Infallible, fs, path::Path};
use wasm_encoder::{
    reencode::{utils, Reencode},
    ExportSection, Module,
};
use wasmparser::{Export, Parser, Payload};

const OWN: &str = "farthing_call";
const CALL: &str = "call";

/// Gives the module at `path` its own entry point, if it has one.
pub fn put_first(path: &Path) -> Result<()> {
    let wasm = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    if exports(&wasm, OWN)? {
        fs::write(path, renamed(&wasm)?)?;
    }
    Ok(())
}

fn exports(wasm: &[u8], name: &str) -> Result<bool> {
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                if export?.name == name {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}

fn renamed(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    Renaming
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|error| anyhow!("the linked Wasm cannot be read: {error}"))?;
    Ok(module.finish())
}

struct Renaming;

impl Reencode for Renaming {
    type Error = Infallible;

    fn parse_export(&mut self, exports: &mut ExportSection, mut export: Export<'_>) {
        match export.name {
            CALL => return,
            OWN => export.name = CALL,
            _ => {}
        }
        utils::parse_export(self, exports, export);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, ExportKind, Function, FunctionSection, Instruction, TypeSection,
    };

    /// A module of functions that return 0, 1, …, exported by these names.
    fn module(names: &[&str]) -> Vec<u8> {
        let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        types.ty().function([], [wasm_encoder::ValType::I32]);
        for (number, name) in (0..).zip(names) {
            functions.function(0);
            exports.export(name, ExportKind::Func, number);
            let mut body = Function::new([]);
            body.instruction(&Instruction::I32Const(number as i32));
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        let mut module = Module::new();
        module
            .section(&types)
            .section(&functions)
            .section(&exports)
            .section(&code);
        module.finish()
    }

    fn exported(wasm: &[u8]) -> Vec<(String, u32)> {
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::ExportSection(section) = payload.unwrap() {
                found.extend(section.into_iter().map(|export| {
                    let export = export.unwrap();
                    (export.name.to_owned(), export.index)
                }));
            }
        }
        found
    }

    #[test]
    fn the_own_entry_takes_the_place_of_inks() {
        let wasm = renamed(&module(&["call", "deploy", "farthing_call"])).unwrap();
        assert_eq!(exported(&wasm), [("deploy".into(), 1), ("call".into(), 2)]);
    }

    #[test]
    fn a_contract_without_one_stays_as_it_was_linked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contract.wasm");
        let wasm = module(&["call", "deploy"]);
        fs::write(&path, &wasm).unwrap();
        put_first(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), wasm);
    }

    #[test]
    fn what_is_no_wasm_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contract.wasm");
        fs::write(&path, "no module").unwrap();
        assert!(put_first(&path).is_err());
    }
}
