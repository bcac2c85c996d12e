import { Buffer } from "node:buffer";

/** The opaque id of a thing of the store, as base64 as W&B's are. */
export function makeId(
  type: "Run" | "File" | "Project" | "User" | "Entity" | "ApiKey",
  key: number | string,
) {
  return Buffer.from(`${type}:v1:${key}`).toString("base64");
}

/** The number in the store that an id stands for; undefined when it is no such id. */
export function readId(type: "Run" | "File", id: string): number | undefined {
  const [, named, key] = /^(\w+):v1:(\d{1,15})$/.exec(Buffer.from(id, "base64").toString()) ?? [];
  return named === type ? Number(key) : undefined;
}

/** A time as W&B writes it: seconds, UTC, without a zone. */
export function toDateTime(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
