import { type Json, asList, asRecord, asText } from './json.ts';

/** Every value that a filter can have, as the backend lists them. */
export interface Options {
  readonly agents: readonly string[];
  readonly projects: readonly string[];
  readonly branches: readonly string[];
  readonly models: readonly string[];
}

export function readOptions(answer: Json): Options {
  return {
    agents: texts(answer.agent_types),
    projects: texts(answer.projects),
    branches: texts(answer.branches),
    models: texts(answer.models),
  };
}

/** Texts, or records that hold one as `value`; each once. */
function texts(values: unknown): string[] {
  return [...new Set(asList(values).map((value) => asText(value) ?? asText(asRecord(value)?.value)).filter((text) => text !== null))];
}
