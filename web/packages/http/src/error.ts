/** Why something was not paid, for programs. */
export type Why =
  /** The server asks for what this page does not pay with, or for somebody else's money. */
  | 'offer'
  /** A server wrote what cannot be read. */
  | 'malformed'
  /** It would be more than was allowed. */
  | 'limit'
  /** The server did not take the payment. */
  | 'declined'
  /** The server answered with an error. */
  | 'answer';

/** Something was not paid, or was not answered. */
export class NotPaid extends Error {
  override readonly name = 'NotPaid';

  constructor(
    readonly why: Why,
    message: string,
    /** How much was asked for, if that is known. */
    readonly amount: bigint | null = null,
  ) {
    super(message);
  }
}
