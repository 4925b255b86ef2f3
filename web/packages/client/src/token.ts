// A chain's own money: how amounts of it are read and written.

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
    if (!found || whole + fraction === '') throw new RangeError(`"${text}" is no amount in ${this.symbol}: write it in digits, such as 12 or 0.02.`);
    if (fraction.length > this.decimals) throw new RangeError(`"${text}" is no amount in ${this.symbol}: it has at most ${this.decimals} decimals.`);
    const amount = BigInt(whole + fraction.padEnd(this.decimals, '0'));
    if (amount >> 128n) throw new RangeError(`"${text}" is no amount in ${this.symbol}: it is too large.`);
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
