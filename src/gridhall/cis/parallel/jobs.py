"""A run's two jobs: the file into rows, both systems' bills against each other. Both resume behind their last step."""

from __future__ import annotations

from gridhall.cis.billing.measure import warm
from gridhall.cis.parallel import actions, importing
from gridhall.cis.parallel.comparing import Chapter, chapters, compare
from gridhall.cis.parallel.models import ComparisonRound, ParallelRun
from gridhall.codecs.errors import CodecError
from gridhall.codecs.legacy_bills import ColumnMap
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.parallel import ahead
from gridhall.readings.importing import files


@handler(actions.IMPORT_JOB)
def import_bills(running: Running) -> None:
    """The bills of the file, then the first comparison."""
    actor = system("parallel-run")
    run = ParallelRun.objects.within(actor.scope).get(pk=running.arguments["run"])
    if run.state != ParallelRun.State.IMPORTING:
        return  # done before, by a worker that died before it could say so
    file = files.kept(run.upload)
    size = file.stat().st_size
    try:
        for step in importing.steps(file, ColumnMap.from_json(run.mapping), run.month, run.imported_to):
            actions.import_step(actor, run.pk, step)
            running.report(min(step.bytes_read, size), size)
    except CodecError as error:
        actions.refuse_file(actor, run.pk, error)
    else:
        actions.finish_import(actor, run.pk)
    file.unlink(missing_ok=True)


@handler(actions.COMPARE_JOB)
def compare_bills(running: Running) -> None:
    """Chapters of accounts: calculated and compared by workers, kept by this process one after the other."""
    actor = system("parallel-run")
    found = ComparisonRound.objects.within(actor.scope).select_related("run").get(pk=running.arguments["round"])
    every = chapters(found.run)
    rest = every[found.steps_done :]
    done = sum(len(chapter.ids) for chapter in every[: found.steps_done])
    total = sum(len(chapter.ids) for chapter in every)

    def work(chapter: Chapter) -> object:
        return compare(found, chapter)

    warm()
    running.report(done, total)
    for number, (chapter, result) in enumerate(zip(rest, ahead(work, rest), strict=True), found.steps_done + 1):
        actions.compare_step(actor, found.pk, number, result)
        done += len(chapter.ids)
        running.report(done, total)
    actions.finish_round(actor, found.pk)
