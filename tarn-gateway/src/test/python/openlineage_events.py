"""Reads events with the classes of OpenLineage's own client, which refuse what the specification does not have.

usage: openlineage_events.py FILE   -> the number of events
"""

import json
import sys

from openlineage.client.generated import (
    base,
    column_lineage_dataset,
    dataset_version_dataset,
    documentation_job,
    job_type_job,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
    sql_job,
)


def own(facet):
    assert facet.pop("_producer").startswith("urn:") and facet.pop("_schemaURL").startswith("https://openlineage.io/spec/facets/")
    return facet


def facets(node, readers):
    return {name: readers[name](own(facet)) for name, facet in node.pop("facets", {}).items()}


def columns(facet):
    fields = {
        name: column_lineage_dataset.Fields(inputFields=[column_lineage_dataset.InputField(**each) for each in field.pop("inputFields")], **field)
        for name, field in facet.pop("fields").items()
    }
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields=fields, **facet)


def schema(facet):
    return schema_dataset.SchemaDatasetFacet(fields=[schema_dataset.SchemaDatasetFacetFields(**each) for each in facet.pop("fields")], **facet)


def parent(facet):
    return parent_run.ParentRunFacet(run=parent_run.Run(**facet.pop("run")), job=parent_run.Job(**facet.pop("job")), **facet)


RUN = {"parent": parent}
JOB = {
    "jobType": lambda facet: job_type_job.JobTypeJobFacet(**facet),
    "documentation": lambda facet: documentation_job.DocumentationJobFacet(**facet),
    "sql": lambda facet: sql_job.SQLJobFacet(**facet),
}
DATASET = {
    "schema": schema,
    "version": lambda facet: dataset_version_dataset.DatasetVersionDatasetFacet(**facet),
    "columnLineage": columns,
}
STATISTICS = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet


def output(node):
    statistics = {name: STATISTICS(**own(facet)) for name, facet in node.pop("outputFacets", {}).items()}
    return base.OutputDataset(facets=facets(node, DATASET), outputFacets=statistics, **node)


number = 0
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    assert event.pop("schemaURL").startswith("https://openlineage.io/spec/")
    run, job = event.pop("run"), event.pop("job")
    inputs = [base.InputDataset(facets=facets(each, DATASET), **each) for each in event.pop("inputs", [])]
    outputs = [output(each) for each in event.pop("outputs", [])]
    base.RunEvent(
        eventType=base.EventType(event.pop("eventType")),
        run=base.Run(facets=facets(run, RUN), **run),
        job=base.Job(facets=facets(job, JOB), **job),
        inputs=inputs,
        outputs=outputs,
        **event,
    )
    number += 1
print(f"{number} events")
