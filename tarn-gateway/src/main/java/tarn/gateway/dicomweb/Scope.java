package tarn.gateway.dicomweb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.gateway.http.Exchange;
import tarn.lake.Sql;
import tarn.lake.TableName;

/** What a path names: a schema's instances, or those of one study, series or instance. */
record Scope(
    String schema, Optional<String> study, Optional<String> series, Optional<String> instance) {

  static Scope of(Exchange exchange) {
    return new Scope(
        exchange.parameter("schema"),
        uid(exchange, "study"),
        uid(exchange, "series"),
        uid(exchange, "instance"));
  }

  private static Optional<String> uid(Exchange exchange, String name) {
    Optional<String> uid = exchange.knownParameter(name);
    if (uid.filter(each -> !each.matches("[0-9.]{1,64}")).isPresent()) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "`" + uid.get() + "` is no UID.",
          "A UID has digits and dots, at most 64 of them.");
    }
    return uid;
  }

  TableName table() {
    return new TableName(schema, "dicom_instances");
  }

  /** As it stands in a query. */
  String from() {
    return Sql.identifier(schema) + ".dicom_instances";
  }

  String condition() {
    List<String> conditions = new ArrayList<>();
    study.ifPresent(uid -> conditions.add("study_instance_uid = " + Sql.literal(uid)));
    series.ifPresent(uid -> conditions.add("series_instance_uid = " + Sql.literal(uid)));
    instance.ifPresent(uid -> conditions.add("sop_instance_uid = " + Sql.literal(uid)));
    return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
  }

  /** Of several files of one instance the newest version is meant. */
  static final String NEWEST =
      "QUALIFY row_number() OVER (PARTITION BY sop_instance_uid"
          + " ORDER BY instance_version DESC, collection, path) = 1";

  /** Where a study, series or instance is retrieved from; UIDs are empty from that level on. */
  static String url(String schema, String study, String series, String instance) {
    StringBuilder url = new StringBuilder("/dicomweb/" + schema + "/studies/" + study);
    if (!series.isEmpty()) {
      url.append("/series/").append(series);
    }
    if (!instance.isEmpty()) {
      url.append("/instances/").append(instance);
    }
    return url.toString();
  }
}
