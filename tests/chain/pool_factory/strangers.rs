//! Registries and codes of strangers: WebAssembly made here, that lies, and that takes what it can from
//! whoever calls the factory.

use super::*;
use farthing_chain::Message;
use farthing_contracts::pool;
use farthing_contracts::pool::books::{Books, Stage};
use farthing_contracts::pool_factory;
use ink::{primitives::LangError, selector_bytes};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, Instruction as Do, MemArg, MemoryType, Module,
    TypeSection, ValType,
};

/// What a contract answers to one message, and whether it first stores all that it can.
struct Line {
    selector: [u8; 4],
    answer: Vec<u8>,
    stores: bool,
}

impl Line {
    fn new(selector: [u8; 4], answer: &impl Encode) -> Self {
        Self {
            selector,
            answer: Ok::<_, LangError>(answer).encode(),
            stores: false,
        }
    }

    fn storing(self) -> Self {
        Self {
            stores: true,
            ..self
        }
    }
}

// Where things are in memory.
const LENGTH: i32 = 0;
const INPUT: i32 = 16;
const KEY: i32 = 8192;
const ANSWERS: i32 = 16_384;
/// Items that a thief stores, and bytes of each.
const ITEMS: i32 = 60;
const ROOM: i32 = 16_000;

/// A contract whose constructor takes anything and answers that all is well, and that then says its lines.
fn code(lines: &[Line]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 2], []);
    types.ty().function([ValType::I32; 3], []);
    types.ty().function([], []);
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("seal0", "seal_input", EntityType::Function(0));
    imports.import("seal0", "seal_return", EntityType::Function(1));
    imports.import("seal2", "set_storage", EntityType::Function(3));
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
    let mut codes = CodeSection::new();
    let mut deploy = Function::new([]);
    answer(&mut deploy, ANSWERS, 2);
    deploy.instruction(&Do::End);
    codes.function(&deploy).function(&call(lines));
    let mut data = DataSection::new();
    let all = lines.iter().flat_map(|line| line.answer.clone());
    let all: Vec<u8> = [0, 0].into_iter().chain(all).collect();
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

fn call(lines: &[Line]) -> Function {
    let mut f = Function::new([(1, ValType::I32)]);
    store(&mut f, LENGTH, 4096);
    f.instruction(&Do::I32Const(INPUT))
        .instruction(&Do::I32Const(LENGTH))
        .instruction(&Do::Call(0));
    let mut at = ANSWERS + 2;
    for line in lines {
        f.instruction(&Do::I32Const(INPUT))
            .instruction(&Do::I32Load(WORD))
            .instruction(&Do::I32Const(i32::from_le_bytes(line.selector)))
            .instruction(&Do::I32Eq)
            .instruction(&Do::If(BlockType::Empty));
        if line.stores {
            fill(&mut f);
        }
        answer(&mut f, at, line.answer.len() as i32);
        f.instruction(&Do::End);
        at += line.answer.len() as i32;
    }
    f.instruction(&Do::Unreachable).instruction(&Do::End);
    f
}

const WORD: MemArg = MemArg {
    offset: 0,
    align: 0,
    memory_index: 0,
};

fn store(f: &mut Function, at: i32, value: i32) {
    f.instruction(&Do::I32Const(at))
        .instruction(&Do::I32Const(value))
        .instruction(&Do::I32Store(WORD));
}

fn answer(f: &mut Function, at: i32, length: i32) {
    f.instruction(&Do::I32Const(0))
        .instruction(&Do::I32Const(at))
        .instruction(&Do::I32Const(length))
        .instruction(&Do::Call(1));
}

/// Stores [`ITEMS`] items, whose keys are numbers.
fn fill(f: &mut Function) {
    f.instruction(&Do::I32Const(ITEMS))
        .instruction(&Do::LocalSet(0))
        .instruction(&Do::Loop(BlockType::Empty))
        .instruction(&Do::I32Const(KEY))
        .instruction(&Do::LocalGet(0))
        .instruction(&Do::I32Store(WORD))
        .instruction(&Do::I32Const(KEY))
        .instruction(&Do::I32Const(4))
        .instruction(&Do::I32Const(ANSWERS))
        .instruction(&Do::I32Const(ROOM))
        .instruction(&Do::Call(2))
        .instruction(&Do::Drop)
        .instruction(&Do::LocalGet(0))
        .instruction(&Do::I32Const(1))
        .instruction(&Do::I32Sub)
        .instruction(&Do::LocalTee(0))
        .instruction(&Do::BrIf(0))
        .instruction(&Do::End);
}

/// A registry that anyone controls everything in, and that stores what it can when it is asked.
fn thief(chain: &mut Chain, deployer: &Account) -> AccountId {
    let lines = [
        Line::new(selector_bytes!("creator_count"), &1u32),
        Line::new(selector_bytes!("controls"), &true).storing(),
    ];
    // Whatever the constructor is given, it does not look at it.
    let anything = pool_factory::PoolFactoryRef::new([0; 32].into(), [0; 32].into(), None);
    let deployed = chain.deploy::<_, _, _, ()>(deployer, &code(&lines), anything, 0);
    deployed.unwrap_or_else(|e| panic!("{e:?}")).account
}

#[test]
fn registry_of_a_stranger_takes_no_deposit_from_whoever_makes_a_pool() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let registry = thief(w.chain(), &alice);
    // Asked without a bound, it does take it, so that this test tests something.
    let asked: Message<_, bool> = ink::env::call::build_call::<ink::env::DefaultEnvironment>()
        .call(registry.ink())
        .exec_input(ink::env::call::ExecutionInput::new(
            ink::env::call::Selector::new(selector_bytes!("controls")),
        ))
        .returns();
    let taken = w.chain().call_unasked(&bob, asked, 0).unwrap();
    assert!(taken.deposit > 4 * PER_ITEM, "{}", taken.deposit);
    // Another, that has nothing stored yet.
    let registry = thief(w.chain(), &bob);
    w.factory = Factory::of_code(w.chain(), &alice, &registry, super::code(), None)
        .unwrap_or_else(|e| panic!("{e:?}"));
    let message = w.factory.factory.call_mut();
    let message = message.create(Some(1), keep_all(&bob), SALT);
    let before = w.chain().total_balance(&bob.id());
    let free = w.chain().balance(&bob.id());
    w.chain().call_unasked(&bob, message, 0).unwrap_err();
    // A fee is gone, and nothing is locked.
    assert!(before - w.chain().total_balance(&bob.id()) < UNIT / 10);
    assert!(free - w.chain().balance(&bob.id()) < UNIT / 10);
    assert_eq!(w.latest(0, 9), [0; 0]);
    // Whoever makes a pool for no creator does not ask it.
    w.create(&bob, None, 1);
    w.assert_no_money();
}

#[test]
fn code_that_answers_as_a_pool_with_other_rules_is_none() {
    let mut w = World::new(None);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let registry = w.farthing.registry_id.clone();
    let told = keep_all(&alice);
    let summary = pool::pool::Summary {
        stage: Stage::Open,
        sums: Books::new(&told).sums(),
        terms: told.clone(),
    };
    let code = code(&[Line::new(selector_bytes!("summary"), &summary)]);
    w.chain().upload(&alice, &code).unwrap();
    let hash = farthing_artifacts::code_hash(&code);
    w.factory = Factory::of_code(w.chain(), &alice, &registry, hash, None)
        .unwrap_or_else(|e| panic!("{e:?}"));
    let refusal = w.refuse(&bob, None, keep_all(&bob), 1);
    assert_eq!(refusal, Error::NotAPool);
    // It would be one, for all that can be seen, if it had the rules that it was made with.
    let made = w.try_create(&bob, None, told, 1);
    assert!(made.is_ok());
    w.assert_no_money();
}
