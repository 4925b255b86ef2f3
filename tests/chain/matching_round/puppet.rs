//! Contracts that say what they are told to say: WebAssembly made here, for tests of what other contracts
//! may answer.

use farthing_chain::{Account, AccountId, AsInk, Balance, Chain, Message};
use farthing_contracts::matching_round::Error;
use farthing_contracts::pool_factory::PoolFactoryRef;
use ink::{
    env::{
        call::{build_call, ExecutionInput, Selector},
        DefaultEnvironment,
    },
    primitives::LangError,
    scale::Encode,
};
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
    call: Option<Call>,
    /// How long the message is that comes with this line, to be passed on.
    passes_on: Option<usize>,
    /// Whether it computes for as long as it is let.
    burns: bool,
    /// Whether it undoes what came with the message, whatever it answers.
    reverts: bool,
}

/// What a contract calls before it answers, whatever comes of that.
#[derive(Clone)]
struct Call {
    /// `None` for whoever calls it.
    callee: Option<AccountId>,
    value: Balance,
    input: Vec<u8>,
}

impl Line {
    /// Always `answer`, as ink! encodes it.
    pub fn answer(selector: [u8; 4], answer: &impl Encode) -> Self {
        Self {
            message: selector.to_vec(),
            answer: Ok::<_, LangError>(answer).encode(),
            until: u64::MAX,
            call: None,
            passes_on: None,
            burns: false,
            reverts: false,
        }
    }

    /// Undoes all, the money that came with the message too, and answers nevertheless.
    pub fn reverting(self) -> Self {
        Self {
            reverts: true,
            ..self
        }
    }

    /// Computes until there is no gas left, and answers nothing.
    pub fn burning(self) -> Self {
        Self {
            burns: true,
            ..self
        }
    }

    /// Calls what the message names, with a message of `length` bytes; see [`pass_on`].
    pub fn passing_on(self, length: usize) -> Self {
        Self {
            passes_on: Some(length),
            ..self
        }
    }

    /// Only if the message's next argument is this. What does not fill four bytes at the very end is not
    /// looked at.
    pub fn to(mut self, argument: &impl Encode) -> Self {
        self.message.extend(argument.encode());
        self
    }

    /// Calls its caller back before it answers.
    pub fn calling_back<Args: Encode, R>(self, message: Message<Args, R>) -> Self {
        self.with_call(None, message, 0)
    }

    /// Calls `callee`, with `value`, before it answers.
    pub fn calling<Args: Encode, R>(
        self,
        callee: &AccountId,
        message: Message<Args, R>,
        value: Balance,
    ) -> Self {
        self.with_call(Some(callee.clone()), message, value)
    }

    fn with_call<Args: Encode, R>(
        self,
        callee: Option<AccountId>,
        message: Message<Args, R>,
        value: Balance,
    ) -> Self {
        let input = message.params().exec_input().encode();
        let call = Some(Call {
            callee,
            value,
            input,
        });
        Self { call, ..self }
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

/// A message of four bytes to a puppet.
pub fn say_line(puppet: &AccountId, line: [u8; 4]) -> Message<impl Encode, Result<(), Error>> {
    build_call::<DefaultEnvironment>()
        .call(puppet.ink())
        .exec_input(ExecutionInput::new(Selector::new(line)))
        .returns()
}

/// Bytes as they are.
struct Raw(Vec<u8>);

impl Encode for Raw {
    fn encode(&self) -> Vec<u8> {
        self.0.clone()
    }
}

/// Has a puppet call `callee`, with `value`; what comes of that is dropped. The line's length must be that of
/// the message.
pub fn pass_on<Args: Encode, R>(
    puppet: &AccountId,
    line: [u8; 4],
    callee: &AccountId,
    message: Message<Args, R>,
    value: Balance,
) -> Message<impl Encode, Result<(), Error>> {
    let mut bytes = (callee, value).encode();
    bytes.extend(input_of(message));
    build_call::<DefaultEnvironment>()
        .call(puppet.ink())
        .exec_input(ExecutionInput::new(Selector::new(line)).push_arg(Raw(bytes)))
        .returns()
}

/// A message as it is sent.
pub fn input_of<Args: Encode, R>(message: Message<Args, R>) -> Vec<u8> {
    message.params().exec_input().encode()
}

impl Line {
    /// What of it is in the contract's memory: the answer, then callee, value and input of its own call.
    fn memory(&self) -> Vec<u8> {
        let mut bytes = self.answer.clone();
        if let Some(call) = &self.call {
            let nobody = AccountId::new([0; 32]);
            (call.callee.as_ref().unwrap_or(&nobody), call.value).encode_to(&mut bytes);
            bytes.extend(&call.input);
        }
        bytes
    }
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
const SEAL_CALLER: u32 = 3;
const SEAL_CALL: u32 = 4;

fn code(lines: &[Line]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 2], []);
    types.ty().function([ValType::I32; 3], []);
    types.ty().function([], []);
    let (i32, i64) = (ValType::I32, ValType::I64);
    types
        .ty()
        .function([i32, i32, i64, i32, i32, i32, i32, i32], [i32]);
    let mut imports = ImportSection::new();
    imports.import("seal0", "seal_input", EntityType::Function(0));
    imports.import("seal0", "seal_now", EntityType::Function(0));
    imports.import("seal0", "seal_return", EntityType::Function(1));
    imports.import("seal0", "seal_caller", EntityType::Function(0));
    imports.import("seal1", "seal_call", EntityType::Function(3));
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
    exports.export("deploy", ExportKind::Func, 5);
    exports.export("call", ExportKind::Func, 6);
    let mut deploy = Function::new([]);
    deploy.instruction(&Do::End);
    let mut codes = CodeSection::new();
    codes.function(&deploy).function(&script(lines));
    let mut data = DataSection::new();
    let all: Vec<u8> = lines.iter().flat_map(Line::memory).collect();
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
fn script(lines: &[Line]) -> Function {
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
        assert!(at + (line.memory().len() as i32) < PAGE, "too much to say");
        fits(&mut f, line);
        f.instruction(&Do::If(BlockType::Empty));
        if let Some(one) = &line.call {
            call_another(&mut f, one, at + length);
        }
        if let Some(length) = line.passes_on {
            call_at(&mut f, INPUT + 4, length);
        }
        if line.burns {
            f.instruction(&Do::Loop(BlockType::Empty))
                .instruction(&Do::I32Const(LENGTH))
                .instruction(&Do::I32Const(8))
                .instruction(&Do::I32Store(word(0)))
                .instruction(&Do::I32Const(TIME))
                .instruction(&Do::I32Const(LENGTH))
                .instruction(&Do::Call(SEAL_NOW))
                .instruction(&Do::Br(0))
                .instruction(&Do::End);
        }
        f.instruction(&Do::I32Const(line.reverts.into()))
            .instruction(&Do::I32Const(at))
            .instruction(&Do::I32Const(length))
            .instruction(&Do::Call(SEAL_RETURN))
            .instruction(&Do::End);
        at += line.memory().len() as i32;
    }
    f.instruction(&Do::Unreachable).instruction(&Do::End);
    f
}

/// Calls what is said at `at` in memory. What comes of it is dropped.
fn call_another(f: &mut Function, call: &Call, at: i32) {
    if call.callee.is_none() {
        f.instruction(&Do::I32Const(LENGTH))
            .instruction(&Do::I32Const(32))
            .instruction(&Do::I32Store(word(0)))
            .instruction(&Do::I32Const(at))
            .instruction(&Do::I32Const(LENGTH))
            .instruction(&Do::Call(SEAL_CALLER));
    }
    call_at(f, at, call.input.len());
}

/// Calls what is said at `at`: callee, value, and a message of `length` bytes.
fn call_at(f: &mut Function, at: i32, length: usize) {
    let no_output = -1;
    f.instruction(&Do::I32Const(0))
        .instruction(&Do::I32Const(at))
        .instruction(&Do::I64Const(0))
        .instruction(&Do::I32Const(at + 32))
        .instruction(&Do::I32Const(at + 48))
        .instruction(&Do::I32Const(length as i32))
        .instruction(&Do::I32Const(no_output))
        .instruction(&Do::I32Const(0))
        .instruction(&Do::Call(SEAL_CALL))
        .instruction(&Do::Drop);
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
