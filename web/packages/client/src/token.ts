// A chain's own money: how amounts of it are read and written.

/** What somebody wrote is no amount. */
export class NotAnAmount extends RangeError {
  override readonly name = 'NotAnAmount';

  constructor(
    readonly why: 'digits' | 'decimals' | 'large',
    readonly text: string,
    readonly token: Token,
  ) {
    const reasons = { digits: 'write it in digits, such as 12 or 0.02', decimals: `it has at most ${token.decimals} decimals`, large: 'it is too large' };
    super(`"${text}" is no amount in ${token.symbol}: ${reasons[why]}.`);
  }
}

/** What a chain calls its money, and how it writes amounts. */
export class Token {
  readonly whole: bigint;

  constructor(
    /** The name of one whole unit. */
    readonly symbol: string,
    /** How many digits after the point the smallest unit is at. */
    readonly decimals: number,
  ) {
    this.whole = 10n ** BigInt(decimals);
  }

  /** Reads an amount in whole units, such as `0.02`. */
  parse(text: string): bigint {
    const found = /^(\d*)(?:\.(\d*))?$/.exec(text.trim());
    const [, whole = '', fraction = ''] = found ?? [];
    if (!found || whole + fraction === '') throw new NotAnAmount('digits', text, this);
    if (fraction.length > this.decimals) throw new NotAnAmount('decimals', text, this);
    const amount = BigInt(whole + fraction.padEnd(this.decimals, '0'));
    if (amount >> 128n) throw new NotAnAmount('large', text, this);
    return amount;
  }

  /** Returns an amount in whole units, with no more decimals than it needs. */
  text(amount: bigint): string {
    const [sign, size] = amount < 0n ? ['-', -amount] : ['', amount];
    const fraction = String(size % this.whole).padStart(this.decimals, '0').replace(/0+$/, '');
    return `${sign}${size / this.whole}${this.decimals && fraction ? `.${fraction}` : ''}`;
  }

  /** Returns an amount with the token's symbol. */
  format(amount: bigint): string {
    return `${this.text(amount)} ${this.symbol}`;
  }
}
