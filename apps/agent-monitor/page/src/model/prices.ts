import { type PriceSource, asAmount, readPriceSource } from './costs.ts';
import { type Json, asList, asRecord, asText } from './json.ts';

/** The classes of tokens that have a price of their own. */
export const priceFields = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;
export type PriceField = (typeof priceFields)[number];

const wireNames: Readonly<Record<PriceField, string>> = {
  input: 'input_per_mtok',
  output: 'output_per_mtok',
  cacheRead: 'cache_read_per_mtok',
  cacheWrite5m: 'cache_write_5m_per_mtok',
  cacheWrite1h: 'cache_write_1h_per_mtok',
};

export interface Price {
  readonly model: string;
  readonly provider: string;
  readonly aliases: readonly string[];
  /** US dollars for a million tokens; null if the class has no price. */
  readonly perMillion: Readonly<Record<PriceField, number | null>>;
  /** Higher prices apply to long prompts, as many as there are steps. */
  readonly tiers: number;
  /** What a form does not show and a change leaves as it is. */
  readonly kept: Json;
  /** The person's own file has it, so it wins over the table that comes with Proa. */
  readonly own: boolean;
}

export interface Prices extends PriceSource {
  readonly models: readonly Price[];
}

/** Reads the answer of `/api/prices`; null if it is none. */
export function readPrices(value: unknown): Prices | null {
  const raw = asRecord(value);
  if (raw === null || !Array.isArray(raw.models)) {
    return null;
  }
  return { ...readPriceSource(raw), models: raw.models.map(asRecord).filter((row) => row !== null).map(readPrice) };
}

function readPrice(raw: Json): Price {
  return {
    model: asText(raw.model) ?? '',
    provider: asText(raw.provider) ?? '',
    aliases: asList(raw.aliases).map(asText).filter((alias) => alias !== null),
    perMillion: Object.fromEntries(priceFields.map((field) => [field, asAmount(raw[wireNames[field]])])) as Record<PriceField, number | null>,
    tiers: Array.isArray(raw.tiers) ? raw.tiers.length : 0,
    kept: Object.fromEntries(['provider', 'aliases', 'tiers'].filter((name) => raw[name] !== undefined).map((name) => [name, raw[name]])),
    own: raw.from === 'file',
  };
}

/** What a person writes into the form: dollars for a million tokens. */
export type PriceForm = Readonly<Record<PriceField, string>>;

export const emptyPrice: PriceForm = { input: '', output: '', cacheRead: '', cacheWrite5m: '', cacheWrite1h: '' };

export function formOf(price: Price): PriceForm {
  return Object.fromEntries(priceFields.map((field) => [field, price.perMillion[field] === null ? '' : String(price.perMillion[field])])) as Record<PriceField, string>;
}

export type PriceFault = 'missing' | 'number' | 'decimals';

/** Everything that is wrong with a form; empty if it can be sent. */
export function priceFaults(form: PriceForm): Partial<Record<PriceField, PriceFault>> {
  const faults: Partial<Record<PriceField, PriceFault>> = {};
  for (const field of priceFields) {
    const text = form[field].trim();
    if (text === '') {
      if (field === 'input' || field === 'output') {
        faults[field] = 'missing';
      }
    } else if (!/^(\d+\.?\d*|\.\d+)$/.test(text)) {
      faults[field] = 'number';
    } else if ((text.split('.')[1] ?? '').replace(/0+$/, '').length > 6) {
      faults[field] = 'decimals';
    }
  }
  return faults;
}

/** The form in the server's words. What was left empty is left out: it is paid as what it comes nearest to. */
export function priceBody(form: PriceForm, kept: Json = {}): Json {
  const prices = Object.fromEntries(priceFields.filter((field) => form[field].trim() !== '').map((field) => [wireNames[field], Number(form[field])]));
  return { ...kept, ...prices };
}

/** The field of the form that the server's name means; null if it means none. */
export function priceFieldOf(name: string): PriceField | null {
  return priceFields.find((field) => name === field || name.endsWith(wireNames[field])) ?? null;
}
