import { contentType } from "../../files/content_type.ts";
import { Refusal } from "../../refusal.ts";
import type { FileRecord } from "../../store/store.ts";
import type { Context } from "../context.ts";
import { makeId, toDateTime } from "../ids.ts";

/** A file of a run. */
export class FileType {
  readonly #file: FileRecord;
  readonly #entity: string;

  /** @param entity Whose it is: who may not write there gets no address to upload to. */
  constructor(file: FileRecord, entity: string) {
    this.#file = file;
    this.#entity = entity;
  }

  id() {
    return makeId("File", this.#file.key);
  }
  name() {
    return this.#file.path;
  }
  url({ upload }: { upload?: boolean | null }, context: Context) {
    if (upload) return this.uploadUrl({}, context);
    return signedUrl(context, "get", this.#file.run, this.#file.path);
  }
  directUrl(_args: unknown, context: Context) {
    return signedUrl(context, "get", this.#file.run, this.#file.path);
  }
  uploadUrl(_args: unknown, context: Context) {
    if (!context.visitor.mayWrite(this.#entity)) return null;
    return signedUrl(context, "put", this.#file.run, this.#file.path);
  }
  uploadHeaders() {
    return [];
  }
  sizeBytes() {
    return this.#file.size;
  }
  mimetype() {
    return contentType(this.#file.path);
  }
  updatedAt() {
    return toDateTime(this.#file.updatedAt);
  }
  md5() {
    return this.#file.md5;
  }
  digest() {
    return this.#file.md5;
  }
}

/** An absolute address of a file that needs no credentials. */
export function signedUrl(
  { services, visitor, baseUrl }: Context,
  action: "get" | "put",
  run: number,
  path: string,
): string {
  const { credential } = visitor;
  if (credential === undefined) throw new Refusal("Cannot sign addresses for nobody", 401);
  return baseUrl + services.urls.sign(action, { run, path }, credential, services.now());
}
