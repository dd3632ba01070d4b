package tarn.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.base.Nearest;
import tarn.cli.Shell.Stream;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.cli.text.Times;
import tarn.gateway.access.AccessRules;
import tarn.gateway.access.ApiKey;
import tarn.gateway.access.KeyStore;
import tarn.station.Station;

/** {@code tarn keys}: who may use the service. */
final class KeysCommand {
  private static final String NAME = "--name";
  private static final String ROLE = "--role";
  private static final String SCHEMA = "--schema";
  private static final String TABLE = "--table";
  private static final String EXPIRES = "--expires";
  private static final String GRACE = "--grace";

  private KeysCommand() {}

  static CommandSpec specification(Shell shell) {
    return Declared.group(
        "keys",
        "Make, list, rotate and revoke the keys of the service.",
        create(shell),
        list(shell),
        rotate(shell),
        revoke(shell));
  }

  private static CommandSpec create(Shell shell) {
    CommandSpec create =
        Declared.command(
                shell,
                "create",
                "Make a key. It is printed once and kept only as a hash. A running service takes it"
                    + " at once.",
                KeysCommand::create)
            .addOption(Declared.value(NAME, "NAME", String.class, "Who it is for."))
            .addOption(
                Declared.value(
                    ROLE,
                    "ROLE",
                    String.class,
                    "reader, ingester, operator or admin, or a role of access.toml."))
            .addOption(
                Declared.value(
                    SCHEMA,
                    "SCHEMA,…",
                    String.class,
                    "Only tables of these schemas; without it, all that the role shows."))
            .addOption(
                Declared.value(
                    TABLE, "SCHEMA.TABLE,…", String.class, "Only these tables, besides --schema."))
            .addOption(
                Declared.value(
                    EXPIRES,
                    "DATE",
                    String.class,
                    "The day from which it is no longer taken, or after how many days: 2027-01-31,"
                        + " 90d."))
            .addOption(Declared.json());
    return Declared.withExamples(
        create,
        "tarn keys create --name ward-7 --role reader --schema omop --expires 90d",
        "tarn keys create --name lab --role ingester --table raw.lab_results");
  }

  private static ExitCode create(Invocation invocation) {
    Station station = invocation.station();
    String name = required(invocation, NAME);
    String role = required(invocation, ROLE);
    AccessRules rules = AccessRules.read(station.folder());
    if (rules.role(role).isEmpty()) {
      throw Invocation.usage(
          "There is no role `" + role + "`" + Nearest.hint(role, rules.names()),
          "The roles are " + String.join(", ", rules.names()) + ".");
    }
    List<String> grants =
        java.util.stream.Stream.of(SCHEMA, TABLE)
            .flatMap(option -> invocation.<String>option(option).stream())
            .flatMap(text -> java.util.stream.Stream.of(text.split(",")))
            .map(String::strip)
            .toList();
    Instant now = Instant.now();
    KeyStore.Made made =
        new KeyStore(station.folder())
            .create(
                name,
                role,
                grants,
                invocation.<String>option(EXPIRES).map(text -> expiry(text, now)),
                now);
    return show(invocation, made);
  }

  private static Instant expiry(String text, Instant now) {
    try {
      return text.matches("\\d{1,5}d")
          ? now.plus(Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1))))
          : LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
    } catch (DateTimeParseException e) {
      throw Invocation.usage(
          "--expires `" + text + "` is neither a day nor a number of days.",
          "Write it as 2027-01-31 or 90d.");
    }
  }

  private static CommandSpec list(Shell shell) {
    return Declared.withExamples(
        Declared.command(shell, "list", "List every key there ever was.", KeysCommand::list)
            .addOption(Declared.json()),
        "tarn keys list");
  }

  private static ExitCode list(Invocation invocation) {
    List<ApiKey> keys = new KeyStore(invocation.station().folder()).keys();
    Instant now = Instant.now();
    if (invocation.json()) {
      invocation
          .shell()
          .print(Json.pretty(keys.stream().map(key -> fields(key, now)).toList()) + "\n");
      return ExitCode.DONE;
    }
    TextTable table =
        new TextTable(
            List.of(
                Column.left("key"),
                Column.left("name"),
                Column.left("role"),
                Column.left("grants"),
                Column.left("made"),
                Column.left("expires"),
                Column.left("state")));
    keys.forEach(
        key ->
            table.add(
                List.of(
                    key.id(),
                    key.name(),
                    key.role(),
                    key.grants().isEmpty() ? "all" : String.join(", ", key.grants()),
                    Times.local(key.created()),
                    key.expires().map(Times::local).orElse("never"),
                    key.state(now))));
    invocation
        .shell()
        .print(
            keys.isEmpty()
                ? "There is no key yet: `tarn keys create` makes one.\n"
                : table.render(invocation.style(Stream.OUT)));
    return ExitCode.DONE;
  }

  private static CommandSpec rotate(Shell shell) {
    return Declared.withExamples(
        Declared.command(
                shell, "rotate", "Give a key a new secret, printed once.", KeysCommand::rotate)
            .addPositional(Declared.argument("KEY", "The key's number or name."))
            .addOption(
                Declared.value(
                    GRACE, "HOURS", Integer.class, "How long the old one is still taken."))
            .addOption(Declared.json()),
        "tarn keys rotate ward-7 --grace 24");
  }

  private static ExitCode rotate(Invocation invocation) {
    int hours = invocation.<Integer>option(GRACE).orElse(0);
    KeyStore.Made made =
        new KeyStore(invocation.station().folder())
            .rotate(key(invocation), Duration.ofHours(Math.max(0, hours)), Instant.now());
    return show(invocation, made);
  }

  private static CommandSpec revoke(Shell shell) {
    return Declared.withExamples(
        Declared.command(
                shell,
                "revoke",
                "Revoke a key. A running service refuses it at once.",
                KeysCommand::revoke)
            .addPositional(Declared.argument("KEY", "The key's number or name."))
            .addOption(Declared.json()),
        "tarn keys revoke ward-7");
  }

  private static ExitCode revoke(Invocation invocation) {
    ApiKey key = new KeyStore(invocation.station().folder()).revoke(key(invocation), Instant.now());
    if (invocation.json()) {
      invocation.shell().print(Json.pretty(fields(key, Instant.now())) + "\n");
    } else {
      invocation.shell().print("%s (%s) is revoked.%n".formatted(key.id(), key.name()));
    }
    return ExitCode.DONE;
  }

  private static ExitCode show(Invocation invocation, KeyStore.Made made) {
    if (invocation.json()) {
      Map<String, @Nullable Object> fields = fields(made.key(), Instant.now());
      fields.put("key", made.secret());
      invocation.shell().print(Json.pretty(fields) + "\n");
    } else {
      invocation.shell().print(made.secret() + "\n");
      invocation
          .shell()
          .say(
              "This is the only time that the key of %s (%s) is shown."
                  .formatted(made.key().name(), made.key().id()));
    }
    return ExitCode.DONE;
  }

  private static Map<String, @Nullable Object> fields(ApiKey key, Instant now) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", key.id());
    fields.put("name", key.name());
    fields.put("role", key.role());
    fields.put("grants", key.grants());
    fields.put("created", key.created().toString());
    fields.put("expires", key.expires().map(Instant::toString).orElse(null));
    fields.put("revoked", key.revoked().map(Instant::toString).orElse(null));
    fields.put("state", key.state(now));
    return fields;
  }

  private static String key(Invocation invocation) {
    Optional<String> key = invocation.argument();
    return key.orElseThrow(
        () -> Invocation.usage("No key is named.", "`tarn keys list` shows their numbers."));
  }

  private static String required(Invocation invocation, String option) {
    return invocation
        .<String>option(option)
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () -> Invocation.usage(option + " is missing.", "See `tarn keys create --help`."));
  }
}
