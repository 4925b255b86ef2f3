//! Reads the contracts' events of a block from what the chain stores of all its events.
//!
//! Most of those events are of no interest here: fees, transfers, deposits. They are skipped by their types
//! alone, and lists of bytes are skipped as a whole.

use crate::{Account, Emitted, Error};
use farthing_types::Hash;
use scale::{Compact, Decode};
use scale_info::{Field, PortableRegistry, TypeDef, TypeDefPrimitive};
use std::collections::BTreeSet;
use subxt::{events::Phase, Metadata};

/// How deep types are nested at most. A node that says otherwise is not believed.
const MAX_DEPTH: u32 = 64;

/// What contracts did in a block.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// The events that they emitted, in order.
    pub emitted: Vec<Emitted>,
    /// The contracts that took on another code.
    pub recoded: BTreeSet<Account>,
}

/// Returns what contracts did in a block, from the events that the chain has stored.
///
/// # Errors
/// [`Error::Node`] if that is not what the metadata says.
pub(crate) fn done_in(stored: &[u8], metadata: &Metadata) -> Result<Done, Error> {
    read(stored, metadata)
        .ok_or_else(|| Error::node("a block's events are not of the types that it names"))
}

fn read(mut stored: &[u8], metadata: &Metadata) -> Option<Done> {
    let types = Types(metadata.types());
    let emitted = number_of(metadata, "ContractEmitted");
    let recoded = number_of(metadata, "ContractCodeUpdated");
    let input = &mut stored;
    let count = Compact::<u32>::decode(input).ok()?.0;
    let mut done = Done::default();
    for _ in 0..count {
        let phase = Phase::decode(input).ok()?;
        let event = (byte(input)?, byte(input)?);
        match phase {
            Phase::ApplyExtrinsic(index) if emitted == Some(event) => {
                let (contract, data) = <(Account, Vec<u8>)>::decode(input).ok()?;
                done.emitted.push(Emitted {
                    contract,
                    data,
                    index,
                    topics: Vec::<Hash>::decode(input).ok()?,
                });
                continue;
            }
            _ if recoded == Some(event) => {
                // The contract comes first, before both codes.
                done.recoded.insert(Account::decode(&mut &**input).ok()?);
            }
            _ => {}
        }
        types.pass_event(metadata, event, input)?;
        let topics = Compact::<u32>::decode(input).ok()?.0 as usize;
        take(input, topics.checked_mul(size_of::<Hash>())?)?;
    }
    input.is_empty().then_some(done)
}

/// Returns the numbers of the pallet and of one of its events, if the chain has contracts.
fn number_of(metadata: &Metadata, name: &str) -> Option<(u8, u8)> {
    let pallet = metadata.pallet_by_name("Contracts")?;
    let mut events = pallet.event_variants()?.iter();
    let event = events.find(|event| event.name == name)?;
    Some((pallet.index(), event.index))
}

struct Types<'a>(&'a PortableRegistry);

impl Types<'_> {
    fn pass_event(&self, metadata: &Metadata, event: (u8, u8), input: &mut &[u8]) -> Option<()> {
        let pallet = metadata.pallet_by_index(event.0)?;
        let variant = pallet.event_variant_by_index(event.1)?;
        self.pass_fields(&variant.fields, input, 0)
    }

    fn pass_fields<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f Field<scale_info::form::PortableForm>>,
        input: &mut &[u8],
        depth: u32,
    ) -> Option<()> {
        let mut fields = fields.into_iter();
        fields.try_for_each(|field| self.pass(field.ty.id, input, depth))
    }

    /// Passes over a value of a type.
    fn pass(&self, of: u32, input: &mut &[u8], depth: u32) -> Option<()> {
        let depth = depth + 1;
        if depth > MAX_DEPTH {
            return None;
        }
        match &self.0.resolve(of)?.type_def {
            TypeDef::Composite(composite) => self.pass_fields(&composite.fields, input, depth),
            TypeDef::Variant(variant) => {
                let index = byte(input)?;
                let found = variant.variants.iter().find(|one| one.index == index)?;
                self.pass_fields(&found.fields, input, depth)
            }
            TypeDef::Sequence(list) => {
                let count = Compact::<u32>::decode(input).ok()?.0;
                self.pass_many(list.type_param.id, count, input, depth)
            }
            TypeDef::Array(array) => self.pass_many(array.type_param.id, array.len, input, depth),
            TypeDef::Tuple(tuple) => {
                let mut fields = tuple.fields.iter();
                fields.try_for_each(|field| self.pass(field.id, input, depth))
            }
            TypeDef::Primitive(TypeDefPrimitive::Str) => {
                let length = Compact::<u32>::decode(input).ok()?.0;
                take(input, length as usize)
            }
            TypeDef::Primitive(primitive) => take(input, width(primitive)?),
            TypeDef::Compact(compact) => self.pass_compact(compact.type_param.id, input),
            TypeDef::BitSequence(bits) => {
                let count = Compact::<u32>::decode(input).ok()?.0 as usize;
                let store = self.width(bits.bit_store_type.id)?;
                take(input, count.div_ceil(8 * store).checked_mul(store)?)
            }
        }
    }

    fn pass_many(&self, of: u32, count: u32, input: &mut &[u8], depth: u32) -> Option<()> {
        if let Some(width) = self.width(of) {
            return take(input, width.checked_mul(count as usize)?);
        }
        for _ in 0..count {
            let before = input.len();
            self.pass(of, input, depth)?;
            if input.len() == before {
                // Nor do the others take any bytes, however many they are.
                return Some(());
            }
        }
        Some(())
    }

    fn pass_compact(&self, of: u32, input: &mut &[u8]) -> Option<()> {
        match &self.0.resolve(of)?.type_def {
            TypeDef::Tuple(tuple) if tuple.fields.is_empty() => Some(()),
            _ => Compact::<u128>::decode(input).ok().map(drop),
        }
    }

    /// Returns how many bytes a value of a type always takes; `None` where that is not plain to see.
    fn width(&self, of: u32) -> Option<usize> {
        match &self.0.resolve(of)?.type_def {
            TypeDef::Primitive(primitive) => width(primitive),
            _ => None,
        }
    }
}

fn width(primitive: &TypeDefPrimitive) -> Option<usize> {
    Some(match primitive {
        TypeDefPrimitive::Bool | TypeDefPrimitive::U8 | TypeDefPrimitive::I8 => 1,
        TypeDefPrimitive::U16 | TypeDefPrimitive::I16 => 2,
        TypeDefPrimitive::Char | TypeDefPrimitive::U32 | TypeDefPrimitive::I32 => 4,
        TypeDefPrimitive::U64 | TypeDefPrimitive::I64 => 8,
        TypeDefPrimitive::U128 | TypeDefPrimitive::I128 => 16,
        TypeDefPrimitive::U256 | TypeDefPrimitive::I256 => 32,
        TypeDefPrimitive::Str => return None,
    })
}

fn byte(input: &mut &[u8]) -> Option<u8> {
    let (first, rest) = input.split_first()?;
    *input = rest;
    Some(*first)
}

fn take(input: &mut &[u8], count: usize) -> Option<()> {
    *input = input.get(count..)?;
    Some(())
}

#[cfg(test)]
mod tests;
