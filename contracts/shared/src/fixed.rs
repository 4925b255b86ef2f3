//! Records of a fixed length, read at once.
//!
//! SCALE's derived decoding asks for each field by itself, and checks each time that there is enough: code
//! that every payment would pay for. These cut fields out of bytes that were read together. The encoding
//! is the same.

use core::marker::PhantomData;
use farthing_types::Balance;
use ink::prelude::{vec, vec::Vec};
use scale::{Decode, Encode, EncodeLike, Error, Input, Output};

/// Fields of a record that were read together.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// Those in `bytes`, in their order.
    #[inline(always)]
    pub fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns the next `N` bytes; zeros if there are none left, which a record's length rules out.
    #[inline(always)]
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk() {
            Some((field, rest)) => {
                self.0 = rest;
                *field
            }
            None => [0; N],
        }
    }

    /// Returns the next amount.
    #[inline(always)]
    pub fn balance(&mut self) -> Balance {
        Balance::from_le_bytes(self.bytes())
    }

    /// Returns the next number of eight bytes, as times are.
    #[inline(always)]
    pub fn long(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// Returns the next number of four bytes.
    #[inline(always)]
    pub fn number(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    /// Returns the next byte.
    #[inline(always)]
    pub fn byte(&mut self) -> u8 {
        let [byte] = self.bytes();
        byte
    }

    /// Returns the next byte as yes or no. Any that is neither is refused, as SCALE does.
    #[inline(always)]
    pub fn flag(&mut self) -> Result<bool, Error> {
        match self.byte() {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err("neither yes nor no".into()),
        }
    }
}

/// An item of type `T` as it is stored. What is needed of it is read from the bytes.
pub struct Raw<T> {
    /// The item, encoded.
    pub bytes: Vec<u8>,
    of: PhantomData<T>,
}

impl<T> Raw<T> {
    /// The item with these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            of: PhantomData,
        }
    }
}

impl<T> Decode for Raw<T> {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let length = input.remaining_len()?.unwrap_or(0);
        let mut bytes = vec![0; length];
        input.read(&mut bytes)?;
        Ok(Self::new(bytes))
    }
}

impl<T> Encode for Raw<T> {
    fn encode_to<O: Output + ?Sized>(&self, output: &mut O) {
        output.write(&self.bytes)
    }
}

impl<T> EncodeLike for Raw<T> {}

// For whoever reads the metadata, the item is what it is.

#[cfg(feature = "std")]
impl<T: scale_info::TypeInfo + 'static> scale_info::TypeInfo for Raw<T> {
    type Identity = T::Identity;

    fn type_info() -> scale_info::Type {
        T::type_info()
    }
}

#[cfg(feature = "std")]
impl<T: ink::storage::traits::StorageLayout> ink::storage::traits::StorageLayout for Raw<T> {
    fn layout(key: &ink::primitives::Key) -> ink::metadata::layout::Layout {
        T::layout(key)
    }
}

/// A record that is written together.
#[derive(Debug)]
pub struct Record<'a>(&'a mut [u8]);

impl<'a> Record<'a> {
    /// One that fills `bytes`.
    #[inline(always)]
    pub fn of(bytes: &'a mut [u8]) -> Self {
        Self(bytes)
    }

    /// Writes the next field. What there is no room for, which the record's length rules out, is lost.
    #[inline(always)]
    pub fn put<const N: usize>(&mut self, field: &[u8; N]) {
        if let Some((place, rest)) = core::mem::take(&mut self.0).split_first_chunk_mut() {
            *place = *field;
            self.0 = rest;
        }
    }
}

impl Output for Record<'_> {
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) {
        let all = core::mem::take(&mut self.0);
        if bytes.len() <= all.len() {
            let (place, rest) = all.split_at_mut(bytes.len());
            place.copy_from_slice(bytes);
            self.0 = rest;
        }
    }
}

/// Reads the next option of 32 bytes.
#[inline(always)]
pub fn option<I: Input>(input: &mut I) -> Result<Option<[u8; 32]>, Error> {
    match input.read_byte()? {
        0 => Ok(None),
        1 => read(input).map(Some),
        _ => Err("no option".into()),
    }
}

/// Reads the next `N` bytes of `input`.
#[inline(always)]
pub fn read<const N: usize, I: Input>(input: &mut I) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    input.read(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_cut_as_scale_encodes_them() {
        let record = (7u128, 9u64, 3u32, 5u8, true, [4u8; 32]).encode();
        let bytes: [u8; 62] = read(&mut &record[..]).unwrap();
        let mut fields = Fields::of(&bytes);
        assert_eq!(fields.balance(), 7);
        assert_eq!((fields.long(), fields.number()), (9, 3));
        assert_eq!((fields.byte(), fields.flag()), (5, Ok(true)));
        assert_eq!(fields.bytes(), [4; 32]);
        assert_eq!(fields.balance(), 0);
    }

    #[test]
    fn fields_are_put_one_behind_the_other() {
        let mut bytes = [0; 6];
        let mut record = Record::of(&mut bytes);
        record.put(&[1, 2]);
        record.put(&7u32.to_le_bytes());
        record.put(&[9]);
        record.write(&[9]);
        assert_eq!(bytes, [1, 2, 7, 0, 0, 0]);
        let mut bytes = [0; 20];
        (3u32, 1u128).encode_to(&mut Record::of(&mut bytes));
        assert_eq!(bytes[..], (3u32, 1u128).encode());
    }

    #[test]
    fn an_item_is_read_and_written_as_it_is() {
        let bytes = 0x0403_0201u32.encode();
        let raw = Raw::<u32>::decode(&mut &bytes[..]).unwrap();
        assert_eq!((&raw.bytes, raw.encode()), (&bytes, bytes.clone()));
    }

    #[test]
    fn options_are_read_as_scale_encodes_them() {
        for one in [None, Some([7u8; 32])] {
            let bytes = one.encode();
            assert_eq!(option(&mut &bytes[..]), Ok(one));
            assert!(option(&mut &bytes[..bytes.len() - 1]).is_err());
        }
        assert!(option(&mut &[2u8; 33][..]).is_err());
    }

    #[test]
    fn what_is_too_short_or_no_flag_is_refused() {
        assert!(read::<4, _>(&mut &[0u8; 3][..]).is_err());
        assert!(Fields::of(&[2]).flag().is_err());
    }
}
