/** A GraphQL operation of the protocol. */
export interface Operation {
  readonly name: string;
  readonly query: string;
}

/** Who the key belongs to. */
export const VIEWER: Operation = {
  name: "Viewer",
  query:
    "query Viewer { viewer { id entity username email flags teams { edges { node { name } } } } }",
};

/** What the server can do beyond the least. */
export const SERVER_FEATURES: Operation = {
  name: "ServerFeaturesQuery",
  query: "query ServerFeaturesQuery { serverInfo { features { name isEnabled } } }",
};

/** How much of a run the server holds. */
export const RUN_RESUME_STATUS: Operation = {
  name: "RunResumeStatus",
  query: `query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) {
    id name entity { id name }
    bucket(name: $name, missingOk: true) {
      id name summaryMetrics displayName logLineCount historyLineCount eventsLineCount
      historyTail eventsTail config tags notes wandbConfig(keys: ["t"])
    }
  }
}`,
};

/** Rows of a run over a range of steps, the end excluded. */
export const HISTORY_PAGE: Operation = {
  name: "HistoryPage",
  query: `query HistoryPage($entity: String!, $project: String!, $run: String!, $minStep: Int64!,
  $maxStep: Int64!, $pageSize: Int!) {
  project(name: $project, entityName: $entity) {
    run(name: $run) { history(minStep: $minStep, maxStep: $maxStep, samples: $pageSize) }
  }
}`,
};

/** Makes a run, or changes what it says of itself; null leaves a field as it is. */
export const UPSERT_BUCKET: Operation = {
  name: "UpsertBucket",
  query: `mutation UpsertBucket($id: String, $name: String, $project: String, $entity: String,
  $groupName: String, $description: String, $displayName: String, $notes: String, $commit: String,
  $config: JSONString, $host: String, $debug: Boolean, $program: String, $repo: String,
  $jobType: String, $state: String, $sweep: String, $tags: [String!], $summaryMetrics: JSONString) {
  upsertBucket(input: {
    id: $id, name: $name, groupName: $groupName, modelName: $project, entityName: $entity,
    description: $description, displayName: $displayName, notes: $notes, config: $config,
    commit: $commit, host: $host, debug: $debug, jobProgram: $program, jobRepo: $repo,
    jobType: $jobType, state: $state, sweep: $sweep, tags: $tags, summaryMetrics: $summaryMetrics
  }) {
    bucket {
      id name displayName description config sweepName
      project { id name entity { id name } }
      historyLineCount
    }
    inserted
  }
}`,
};

/** Asks where files may be put. */
export const CREATE_RUN_FILES: Operation = {
  name: "CreateRunFiles",
  query: `mutation CreateRunFiles($entity: String!, $project: String!, $run: String!,
  $files: [String!]!) {
  createRunFiles(input: {
    entityName: $entity, projectName: $project, runName: $run, files: $files
  }) { runID uploadHeaders files { name uploadUrl } }
}`,
};

/** Passes an alert on. */
export const NOTIFY_ALERT: Operation = notifyAlert("", "");

/** Passes an alert on under a name, by which the server knows it when it is sent again. */
export const NOTIFY_NAMED_ALERT: Operation = notifyAlert(
  ", $clientMutationId: String",
  ", clientMutationId: $clientMutationId",
);

function notifyAlert(variable: string, field: string): Operation {
  return {
    name: "NotifyScriptableRunAlert",
    query: `mutation NotifyScriptableRunAlert($entityName: String!, $projectName: String!,
  $runName: String!, $title: String!, $text: String!, $severity: AlertSeverity = INFO,
  $waitDuration: Duration${variable}) {
  notifyScriptableRunAlert(input: {
    entityName: $entityName, projectName: $projectName, runName: $runName, title: $title,
    text: $text, severity: $severity, waitDuration: $waitDuration${field}
  }) { success }
}`,
  };
}
