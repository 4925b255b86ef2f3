//! Contracts that say what they are told to say: WebAssembly made here, for tests of what other contracts
//! may answer.

use farthing_chain::{Account, AccountId, AsInk, Chain};
use ink::{primitives::LangError, scale::Encode};
use pool_factory::PoolFactoryRef;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, Instruction as Do, MemArg, MemoryType, Module,
    TypeSection, ValType,
};

/// What a contract answers to one message. To all others it traps.
#[derive(Clone)]
pub struct Line {
    /// How the message begins: four bytes that name it, and perhaps a number.
    message: Vec<u8>,
    answer: Vec<u8>,
    until: u64,
}

impl Line {
    /// Always `answer`, as ink! encodes it.
    pub fn answer(selector: [u8; 4], answer: &impl Encode) -> Self {
        Self {
            message: selector.to_vec(),
            answer: Ok::<_, LangError>(answer).encode(),
            until: u64::MAX,
        }
    }

    /// Only if the message's first argument is this.
    pub fn to(mut self, number: &u32) -> Self {
        self.message.extend(number.encode());
        self
    }

    /// Only before `time`.
    pub fn until(self, time: u64) -> Self {
        Self {
            until: time,
            ..self
        }
    }
}

/// Puts a contract on the chain that has these lines to say. It takes any money.
pub fn deploy(chain: &mut Chain, deployer: &Account, lines: &[Line]) -> AccountId {
    // Whatever the constructor is given, it does not look at it; but different puppets need different
    // accounts, which their codes make.
    let anything = PoolFactoryRef::new(deployer.id().ink(), [0; 32].into(), None);
    let deployed = chain.deploy::<_, _, _, ()>(deployer, &code(lines), anything, 0);
    deployed
        .unwrap_or_else(|e| panic!("the puppet cannot be deployed: {e:?}"))
        .account
}

// Where things are in memory.
const LENGTH: i32 = 0;
const TIME: i32 = 8;
const INPUT: i32 = 16;
const ANSWERS: i32 = 4096;
const PAGE: i32 = 65536;

// The imported functions, in the order of import.
const SEAL_INPUT: u32 = 0;
const SEAL_NOW: u32 = 1;
const SEAL_RETURN: u32 = 2;

fn code(lines: &[Line]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 2], []);
    types.ty().function([ValType::I32; 3], []);
    types.ty().function([], []);
    let mut imports = ImportSection::new();
    imports.import("seal0", "seal_input", EntityType::Function(0));
    imports.import("seal0", "seal_now", EntityType::Function(0));
    imports.import("seal0", "seal_return", EntityType::Function(1));
    let memory = MemoryType {
        minimum: 1,
        maximum: Some(1),
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    imports.import("env", "memory", memory);
    let mut functions = FunctionSection::new();
    functions.function(2).function(2);
    let mut exports = ExportSection::new();
    exports.export("deploy", ExportKind::Func, 3);
    exports.export("call", ExportKind::Func, 4);
    let mut deploy = Function::new([]);
    deploy.instruction(&Do::End);
    let mut codes = CodeSection::new();
    codes.function(&deploy).function(&call(lines));
    let mut data = DataSection::new();
    let all: Vec<u8> = lines.iter().flat_map(|line| line.answer.clone()).collect();
    data.active(0, &ConstExpr::i32_const(ANSWERS), all);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&exports)
        .section(&codes)
        .section(&data);
    module.finish()
}

/// Reads the message and the time, and says the first line that fits both.
fn call(lines: &[Line]) -> Function {
    let mut f = Function::new([]);
    for (function, at, room) in [(SEAL_INPUT, INPUT, ANSWERS - INPUT), (SEAL_NOW, TIME, 8)] {
        f.instruction(&Do::I32Const(LENGTH))
            .instruction(&Do::I32Const(room))
            .instruction(&Do::I32Store(word(0)))
            .instruction(&Do::I32Const(at))
            .instruction(&Do::I32Const(LENGTH))
            .instruction(&Do::Call(function));
    }
    let mut at = ANSWERS;
    for line in lines {
        let length = line.answer.len() as i32;
        assert!(at + length < PAGE, "too much to say");
        fits(&mut f, line);
        f.instruction(&Do::If(BlockType::Empty))
            .instruction(&Do::I32Const(0))
            .instruction(&Do::I32Const(at))
            .instruction(&Do::I32Const(length))
            .instruction(&Do::Call(SEAL_RETURN))
            .instruction(&Do::End);
        at += length;
    }
    f.instruction(&Do::Unreachable).instruction(&Do::End);
    f
}

/// Whether a line fits the message and the time, left on the stack.
fn fits(f: &mut Function, line: &Line) {
    f.instruction(&Do::I32Const(TIME))
        .instruction(&Do::I64Load(word(0)))
        .instruction(&Do::I64Const(line.until as i64))
        .instruction(&Do::I64LtU);
    for (n, expected) in line.message.chunks_exact(4).enumerate() {
        let expected = i32::from_le_bytes(expected.try_into().unwrap());
        f.instruction(&Do::I32Const(INPUT))
            .instruction(&Do::I32Load(word(4 * n as u64)))
            .instruction(&Do::I32Const(expected))
            .instruction(&Do::I32Eq)
            .instruction(&Do::I32And);
    }
}

fn word(offset: u64) -> MemArg {
    MemArg {
        offset,
        align: 0,
        memory_index: 0,
    }
}
