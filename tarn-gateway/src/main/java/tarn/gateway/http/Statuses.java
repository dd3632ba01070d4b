package tarn.gateway.http;

import tarn.base.ErrorCode;

/** The HTTP status of each error. */
public final class Statuses {
  private Statuses() {}

  public static int of(ErrorCode code) {
    return switch (code) {
      case USAGE,
          REQUEST_INVALID,
          QUERY_INVALID,
          QUERY_NOT_READ_ONLY,
          SELECTION_INVALID,
          SELECTION_EMPTY,
          QUERY_LIMIT ->
          400;
      case ACCESS_UNAUTHENTICATED -> 401;
      case ACCESS_DENIED -> 403;
      case REQUEST_NOT_FOUND,
          SNAPSHOT_UNKNOWN,
          KEY_UNKNOWN,
          CATALOG_NOT_FOUND,
          FILE_UNKNOWN,
          MODEL_UNKNOWN ->
          404;
      case REQUEST_METHOD -> 405;
      case REQUEST_NOT_ACCEPTABLE -> 406;
      case REQUEST_CONFLICT, CATALOG_CONFLICT -> 409;
      case REQUEST_TOO_LARGE -> 413;
      case REQUEST_MEDIA_TYPE -> 415;
      case INGEST_INVALID, FILE_REFUSED -> 422;
      case REQUEST_RATE -> 429;
      case ENGINE_OUT_OF_MEMORY, INTERRUPTED, CATALOG_LOCKED, CATALOG_UNREACHABLE -> 503;
      case STORAGE_FULL -> 507;
      // Whatever else there is or comes is a matter of the station, not of the request.
      default -> 500;
    };
  }
}
