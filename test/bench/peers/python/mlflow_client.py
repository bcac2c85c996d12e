"""MLflow's own client, which sends to the server that MLFLOW_TRACKING_URI names.

With BATCHES set it gathers as many metrics as a request may have; otherwise it calls
mlflow.log_metrics() for each row, as training loops do.
"""

import os
import time

from commands import obey

MOST_METRICS = 1000


def begin(name, _keys):
    import mlflow
    from mlflow.entities import Metric

    mlflow.set_experiment("bench")
    run_id = mlflow.start_run(run_name=name).info.run_id
    client = mlflow.MlflowClient()

    def log_rows(step, rows):
        for row in rows:
            mlflow.log_metrics(row, step=step)
            step += 1

    def log_batches(step, rows):
        metrics = []
        for row in rows:
            now = int(time.time() * 1000)
            metrics += (Metric(key, value, now, step) for key, value in row.items())
            step += 1
            if len(metrics) + len(row) > MOST_METRICS:
                client.log_batch(run_id, metrics)
                metrics = []
        if metrics:
            client.log_batch(run_id, metrics)

    log = log_batches if "BATCHES" in os.environ else log_rows
    return run_id, log, mlflow.end_run


if __name__ == "__main__":
    obey(begin)
