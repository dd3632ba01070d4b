"""Makes the page of the benchmark results."""

import statistics

import gateway

NAMES = {
    "ENGINE": "`CREATE TABLE … AS` by the engine alone",
    "ENGINE_FORCED": "the same, then the files forced to the disk",
    "WRITE": "`handleOutput`, no content hash",
    "WRITE_CHECKED": "`handleOutput`, with content hash (the default)",
    "REPLACE_CHECKED": "`handleOutput` over a table that held something else",
    "UNCHANGED": "`handleOutput` of what the table holds already",
    "ENGINE_ARROW": "the engine's Arrow import, `CREATE TABLE … AS`",
    "ARROW": "`Output.arrow`",
    "ENGINE_APPENDER": "the engine's Appender to a temporary table, `CREATE TABLE … AS`",
    "ROWS": "`Output.rows`",
}


def page(results):
    parts = [
        "# Benchmarks\n\n"
        "Made by `./dev bench`; the numbers behind the tables are in [results.json](results.json). Each variant is\n"
        "measured in turn with the one it is compared with, in one process, each time into an empty lake, after a\n"
        "warm-up that is not counted. Times are medians. A **ratio** is the throughput beside the engine alone, the\n"
        "median of the ratios of each round: 1.00 is as fast, 0.50 takes twice as long.\n"
    ]
    for name, heading, table in (
        ("lazy_write", "A lazy write", lazy_write),
        ("peak", "Memory", peak),
        ("eager_write", "Streams of rows", eager_write),
        ("start_up", "Start-up of commands", start_up),
        ("elsewhere", "S3 and PostgreSQL", elsewhere),
        ("integrity", "Checks of a lake", integrity),
        ("files", "Files by reference", files),
        ("gateway", "The service", gateway.page),
    ):
        if name in results:
            part = results[name]
            parts.append(f"## {heading}\n\n{table(part['results'])}\n{described(part)}\n")
    return "\n".join(parts)


def described(part):
    machine = part["machine"]
    quick = " Small sizes (`--quick`): for a first look only." if part["quick"] else ""
    return (f"Measured on {part['day']}: {machine['processors']} × {machine['processor']}, {machine['memory']} of memory, "
            f"{machine['system']}, {machine['java']}, {machine['engine']}; load {machine['load_at_start']:.1f} at the "
            f"start.{quick}")


def ratio(base, entry):
    return statistics.median(b / s for b, s in zip(base["seconds"], entry["seconds"]))


def lazy_write(results):
    text = ("One query's result is written into a new table. The query reads Parquet files; sizes are those of the\n"
            "files written. `lineitem` is TPC-H's table of 16 columns; `wide` has 122 columns, a third of them mostly\n"
            "empty.\n\n")
    for result in results:
        variants = result["variants"]
        base = variants["ENGINE"]
        text += (f"**{result['table']}, {base['bytes'] / 1e9:.2f} GB, {base['rows']:,} rows, memory limit "
                 f"{result['memory_limit']}**\n\n| | Seconds | MB/s | Ratio |\n|---|---:|---:|---:|\n")
        for name, entry in variants.items():
            text += (f"| {NAMES[name]} | {entry['median']:.2f} | {base['bytes'] / 1e6 / entry['median']:.0f} "
                     f"| {ratio(base, entry):.2f} |\n")
        text += "\n"
    return text


def peak(results):
    text = ("The most memory that a process ever had in use (`VmHWM`), one process for each cell. The limit is the\n"
            "engine's; the Java machine and the engine's own code come on top.\n\n"
            "| Table | Size | Limit | Engine alone | `handleOutput` | with content hash | Over the limit |\n"
            "|---|---:|---:|---:|---:|---:|---:|\n")
    for result in results:
        peaks = result["peak_bytes"]
        limit = {"512MB": 512e6, "1GB": 1e9}[result["memory_limit"]]
        text += (f"| {result['table']} | {result['gigabytes']} GB | {result['memory_limit']} "
                 f"| {peaks['ENGINE'] / 1e6:.0f} MB | {peaks['WRITE'] / 1e6:.0f} MB | {peaks['WRITE_CHECKED'] / 1e6:.0f} MB "
                 f"| {(max(peaks['WRITE'], peaks['WRITE_CHECKED']) - limit) / 1e6:+.0f} MB |\n")
    return text


def eager_write(results):
    variants = results["variants"]
    text = ("Rows that the process holds are streamed into a new table: six columns, as a bedside monitor might send\n"
            "them. The Arrow stream hands out one batch over and over; the records are made one by one.\n\n"
            "| | Rows | Seconds | Rows a second | Ratio |\n|---|---:|---:|---:|---:|\n")
    for base, name in (("ENGINE_ARROW", "ENGINE_ARROW"), ("ENGINE_ARROW", "ARROW"),
                       ("ENGINE_APPENDER", "ENGINE_APPENDER"), ("ENGINE_APPENDER", "ROWS")):
        entry = variants[name]
        text += (f"| {NAMES[name]} | {entry['rows']:,} | {entry['median']:.2f} | {entry['rows'] / entry['median']:,.0f} "
                 f"| {ratio(variants[base], entry):.2f} |\n")
    return text + f"\nMost memory of the process: {results['peak_bytes'] / 1e6:.0f} MB at a limit of {results['memory_limit']}.\n"


def start_up(results):
    text = ("Each command is started anew, all of them in turn. From the start of the process to its end.\n\n"
            "| Command | Milliseconds (median) | Least |\n|---|---:|---:|\n")
    for name, entry in results.items():
        text += f"| `{name}` | {entry['median'] * 1000:.0f} | {min(entry['seconds']) * 1000:.0f} |\n"
    return text


def elsewhere(results):
    variants = results["variants"]
    text = ("Against a gateway and a server on this machine. Each commit is a row in the writer's own table; every writer\n"
            "has an engine of its own.\n\n"
            "| | Beside | Ratio of the throughputs |\n|---|---|---:|\n")
    text += (f"| list {variants['LISTING']['count']:,} objects of S3 | the SDK's pages "
             f"| {ratio(variants['LISTING_SDK'], variants['LISTING']):.2f} |\n"
             f"| write {results['gigabytes']} GB to S3 | `CREATE TABLE … AS` to S3 "
             f"| {ratio(variants['S3_ENGINE'], variants['S3_WRITE']):.2f} |\n")
    text += ("\n| Writers on PostgreSQL | DuckDB's commits a second | failed | Tarn's | failed | Tarn's without locks |\n"
             "|---:|---:|---:|---:|---:|---:|\n")
    for writers in (1, 8, 16):
        engine, tarn, bare = (variants[f"COMMITS_{name}_{writers}"] for name in ("ENGINE", "COORDINATED", "UNCOORDINATED"))
        text += (f"| {writers} | {engine['count'] / engine['median']:.1f} | {engine['failures']} "
                 f"| {tarn['count'] / tarn['median']:.1f} | {tarn['failures']} | {bare['count'] / bare['median']:.1f} |\n")
    return text


BESIDE = {"exists": "find", "footer": "exists", "content": "sha256sum"}
CHECKS = {
    "find": "`find -type f -printf '%s %p'`",
    "listing": "the listing alone, in Java",
    "fsck": "`tarn fsck`",
    "exists": "`tarn fsck --level exists`",
    "footer": "`tarn fsck --level footer`",
    "engine": "`parquet_metadata` of the same files",
    "sha256sum": "`sha256sum`, as many at once as threads",
    "decode": "`tarn fsck --level decode`",
}


def integrity(results):
    text = "Each check looks at a lake in which nothing is wrong, in turn with another program on the same files.\n\n"
    for result in results:
        variants = result["variants"]
        base = variants[BESIDE[result["level"]]]
        size = f", {base['bytes'] / 1e9:.2f} GB" if base["bytes"] else ""
        text += (f"**{result['level']}, {result['files']:,} files{size}**; most memory of the process: "
                 f"{result['peak_bytes'] / 1e6:.0f} MB\n\n| | Seconds | Files/s | MB/s | Ratio |\n|---|---:|---:|---:|---:|\n")
        for name, entry in variants.items():
            speed = f"{base['bytes'] / 1e6 / entry['median']:.0f}" if base["bytes"] else ""
            text += (f"| {CHECKS[name]} | {entry['median']:.2f} | {result['files'] / entry['median']:,.0f} | {speed} "
                     f"| {ratio(base, entry):.2f} |\n")
        text += "\n"
    return text


def files(results):
    variants, peaks = results["variants"], results["peak_bytes"]
    count, large = results["count"], results["large_bytes"]
    text = (f"`tarn files add` as a command, its start included: {count:,} DICOM files of {results['bytes'] / 1e6:,.0f} MB, stored and\n"
            "their headers read into tables, beside pydicom's `dcmread(stop_before_pixels=True)` of the same files in one\n"
            f"process; and one file of {large / 1e9:.1f} GB beside `sha256sum`. What is there already is read and not written.\n\n"
            "| | Seconds | Files/s | MB/s | Ratio | Most memory |\n|---|---:|---:|---:|---:|---:|\n")
    for name, base, title in (
        ("pydicom", "pydicom", "pydicom reads the headers"),
        ("add", "pydicom", "`tarn files add`"),
        ("again", "pydicom", "the same again"),
        ("sha256sum", "sha256sum", "`sha256sum` of the large file"),
        ("large", "sha256sum", "`tarn files add`"),
        ("large_again", "sha256sum", "the same again"),
    ):
        many = base == "pydicom"
        seconds = variants[name]["median"]
        size = results["bytes"] if many else large
        memory = f"{peaks[name] / 1e6:.0f} MB" if name in peaks else ""
        text += (f"| {title} | {seconds:.2f} | {f'{count / seconds:,.0f}' if many else ''} | {size / 1e6 / seconds:.0f} "
                 f"| {ratio(variants[base], variants[name]):.2f} | {memory} |\n")
    return text
