import { buildSchema, type GraphQLSchema } from "graphql";

/**
 * The part of W&B's schema that its SDK uses, in its names. Sweeps and artifacts are described so
 * that lists of them are empty, and making one is refused with words.
 */
const SDL = `
scalar DateTime
scalar Duration
scalar Int64
scalar JSON
scalar JSONString

enum AlertSeverity { INFO WARN ERROR }
enum ArtifactManifestType { FULL INCREMENTAL PATCH }

type Query {
  viewer: User
  serverInfo: ServerInfo
  entity(name: String!): Entity
  project(name: String, entityName: String): Project
  model(name: String, entityName: String): Project
  models(entityName: String, after: String, first: Int): ProjectConnection
  artifact(id: ID!): Artifact
}

type PageInfo { endCursor: String hasNextPage: Boolean! startCursor: String hasPreviousPage: Boolean! }

type ServerInfo {
  features: [ServerFeature!]!
  cliVersionInfo: JSON
  latestLocalVersionInfo: LatestLocalVersionInfo
}
type ServerFeature { name: String! isEnabled: Boolean! }
type LatestLocalVersionInfo {
  outOfDate: Boolean
  latestVersionString: String
  versionOnThisInstanceString: String
}

type User {
  id: ID!
  name: String!
  username: String
  email: String
  admin: Boolean
  entity: String
  flags: JSONString
  deletedAt: DateTime
  teams(first: Int, after: String): EntityConnection
  apiKeys(first: Int, after: String): ApiKeyConnection
}
type EntityConnection { edges: [EntityEdge!]! }
type EntityEdge { node: Entity }
type ApiKeyConnection { edges: [ApiKeyEdge!]! }
type ApiKeyEdge { node: ApiKey }
type ApiKey { id: ID! name: String description: String createdAt: DateTime }

type Entity { id: ID! name: String! organization: Organization }
type Organization { coreWeaveOrganizationId: String }

type ProjectConnection { edges: [ProjectEdge!]! pageInfo: PageInfo! }
type ProjectEdge { node: Project cursor: String! }

type Project {
  id: ID!
  internalId: ID!
  name: String!
  entityName: String!
  entity: Entity!
  description: String
  createdAt: DateTime!
  access: String
  views: JSONString
  isBenchmark: Boolean!
  readOnly: Boolean!
  user: User
  runCount(filters: JSONString): Int!
  runs(filters: JSONString, order: String, first: Int, after: String): RunConnection
  run(name: String!, desc: String): Run
  bucket(name: String!, missingOk: Boolean): Run
  artifact(name: String!): Artifact
  artifactCollectionMembership(name: String!): ArtifactCollectionMembership
  totalSweeps: Int!
  sweeps(first: Int, after: String): SweepConnection
  sweep(sweepName: String!): Sweep
}

type RunConnection { edges: [RunEdge!]! pageInfo: PageInfo! totalCount: Int! }
type RunEdge { node: Run cursor: String! }

type Run {
  id: ID!
  projectId: ID!
  project: Project!
  name: String!
  displayName: String
  sweepName: String
  state: String
  stopped: Boolean
  config: JSONString
  wandbConfig(keys: [String!]): JSONString
  summaryMetrics: JSONString
  systemMetrics: JSONString
  group: String
  groupName: String
  jobType: String
  commit: String
  host: String
  readOnly: Boolean!
  createdAt: DateTime
  heartbeatAt: DateTime
  description: String
  notes: String
  tags: [String!]
  user: User!
  historyLineCount: Int
  eventsLineCount: Int
  logLineCount: Int
  historyTail: JSONString
  eventsTail: JSONString
  historyKeys: JSON
  history(samples: Int, minStep: Int64, maxStep: Int64): [JSONString!]
  events(samples: Int): [JSONString!]
  sampledHistory(specs: [JSONString!]!): [JSON!]
  parquetHistory(liveKeys: [String!]!): ParquetHistory
  logLines(
    first: Int, last: Int, after: String, before: String, useImprovedPagination: Boolean
  ): LogLineConnection
  fileCount: Int
  files(
    names: [String], after: String, first: Int, pattern: String
  ): FileConnection
  outputArtifacts(after: String, first: Int): ArtifactConnection
  inputArtifacts(after: String, first: Int): ArtifactConnection
}

type ParquetHistory { parquetUrls: [String!]! liveData: [JSON!]! }

type LogLineConnection { edges: [LogLineEdge!]! pageInfo: PageInfo! }
type LogLineEdge { node: LogLine cursor: String! }
type LogLine { number: Int! timestamp: DateTime level: String label: String line: String! }

type FileConnection { edges: [FileEdge!]! pageInfo: PageInfo! }
type FileEdge { node: File cursor: String! }
type File {
  id: ID!
  name: String!
  url(upload: Boolean): String
  directUrl: String
  uploadUrl: String
  uploadHeaders: [String!]
  sizeBytes: Int64
  mimetype: String
  updatedAt: DateTime
  md5: String
  digest: String
}

type ArtifactConnection { totalCount: Int! edges: [ArtifactEdge!]! pageInfo: PageInfo! }
type ArtifactEdge { node: Artifact cursor: String! }
type ArtifactType { name: String! }
type ArtifactAlias { id: ID! alias: String! artifactCollection: ArtifactCollection }
type ArtifactCollection { name: String! project: Project }
type ArtifactSequence { name: String! project: Project latestArtifact: Artifact }
type Tag { id: ID! name: String! }
type ArtifactManifest { id: ID! file: File }
type Artifact {
  id: ID!
  artifactSequence: ArtifactSequence
  artifactType: ArtifactType
  versionIndex: Int
  description: String
  metadata: JSONString
  ttlDurationSeconds: Int64
  ttlIsInherited: Boolean
  tags: [Tag!]
  historyStep: Int64
  state: String
  size: Int64
  digest: String
  commitHash: String
  fileCount: Int64
  createdAt: DateTime
  updatedAt: DateTime
  aliases: [ArtifactAlias!]
  currentManifest: ArtifactManifest
}
type ArtifactCollectionMembership {
  id: ID!
  versionIndex: Int
  createdAt: DateTime
  aliases: [ArtifactAlias!]
  artifactCollection: ArtifactCollection
  artifact: Artifact
}

type SweepConnection { edges: [SweepEdge!]! pageInfo: PageInfo! }
type SweepEdge { node: Sweep cursor: String! }
type Sweep {
  id: ID!
  name: String!
  displayName: String
  method: String
  state: String
  description: String
  bestLoss: Float
  config: String
  createdAt: DateTime
  updatedAt: DateTime
  runCount: Int
  runCountExpected: Int
  project: Project
}

type Mutation {
  upsertBucket(input: UpsertBucketInput!): UpsertBucketPayload
  rewindRun(input: RewindRunInput!): RewindRunPayload
  deleteRun(input: DeleteRunInput!): DeleteRunPayload
  stopRun(input: StopRunInput!): SuccessPayload
  updateRunState(input: UpdateRunStateInput!): SuccessPayload
  upsertModel(input: UpsertModelInput!): UpsertModelPayload
  createRunFiles(input: CreateRunFilesInput!): CreateRunFilesPayload
  markRunFilesUploaded(input: MarkRunFilesUploadedInput!): SuccessPayload
  deleteFiles(input: DeleteFilesInput!): SuccessPayload
  notifyScriptableRunAlert(input: NotifyScriptableRunAlertInput!): SuccessPayload
  createArtifact(input: CreateArtifactInput!): CreateArtifactPayload
  upsertSweep(input: UpsertSweepInput!): UpsertSweepPayload
}

type SuccessPayload { success: Boolean! }

input UpsertBucketInput {
  id: String
  name: String
  modelName: String
  entityName: String
  groupName: String
  description: String
  displayName: String
  notes: String
  commit: String
  config: JSONString
  host: String
  debug: Boolean
  jobProgram: String
  jobRepo: String
  jobType: String
  state: String
  sweep: String
  tags: [String!]
  summaryMetrics: JSONString
}
type UpsertBucketPayload { bucket: Run inserted: Boolean }

input RewindRunInput {
  runName: String!
  entityName: String
  projectName: String
  metricName: String!
  metricValue: Float!
}
type RewindRunPayload { rewoundRun: Run }

input DeleteRunInput { id: ID! deleteArtifacts: Boolean }
type DeleteRunPayload { clientMutationId: String }
input StopRunInput { id: ID! }
input UpdateRunStateInput { id: ID! state: String! }

input UpsertModelInput { id: String name: String entityName: String description: String }
type UpsertModelPayload { project: Project model: Project inserted: Boolean }

input CreateRunFilesInput {
  entityName: String!
  projectName: String!
  runName: String!
  files: [String!]!
}
type CreateRunFilesPayload { runID: ID! uploadHeaders: [String!]! files: [RunFileToUpload!]! }
type RunFileToUpload { name: String! uploadUrl: String }
input MarkRunFilesUploadedInput {
  entityName: String
  projectName: String
  runName: String
  files: [String!]
}
input DeleteFilesInput { files: [ID!]! projectId: Int }

input NotifyScriptableRunAlertInput {
  entityName: String!
  projectName: String!
  runName: String!
  title: String!
  text: String!
  severity: AlertSeverity
  waitDuration: Duration
  clientMutationId: String
}

input ArtifactAliasInput { artifactCollectionName: String alias: String }
input ArtifactTagInput { tagName: String }
input CreateArtifactInput {
  entityName: String
  projectName: String
  runName: String
  artifactTypeName: String
  artifactCollectionName: String
  artifactCollectionNames: [String!]
  digest: String
  digestAlgorithm: String
  description: String
  labels: JSONString
  metadata: JSONString
  aliases: [ArtifactAliasInput!]
  tags: [ArtifactTagInput!]
  clientID: ID
  sequenceClientID: ID
  clientMutationId: String
  enableDigestDeduplication: Boolean
  historyStep: Int64
  distributedID: String
  ttlDurationSeconds: Int64
  storageRegion: String
}
type CreateArtifactPayload { artifact: Artifact }

input UpsertSweepInput {
  id: ID
  config: String
  description: String
  entityName: String
  projectName: String
  controller: JSONString
  launchScheduler: JSONString
  templateVariableValues: JSONString
  scheduler: JSONString
  state: String
  priorRunsFilters: JSONString
  displayName: String
}
type UpsertSweepPayload { sweep: Sweep configValidationWarnings: [String!] }
`;

let schema: GraphQLSchema | undefined;

/** The schema; it is built when it is first asked for. */
export function protocolSchema(): GraphQLSchema {
  return schema ??= buildSchema(SDL);
}
