package tarn.gateway.dicomweb;

import java.util.List;
import tarn.files.FileContents;
import tarn.files.FileService;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Handler;
import tarn.gateway.http.Route;
import tarn.gateway.http.Uploads;
import tarn.gateway.sandbox.Sandboxes;
import tarn.lake.Lake;
import tarn.station.ServeSettings.QueryLimits;

/** The routes of DICOMweb; each schema with DICOM files is a service of its own. */
public final class DicomWebRoutes {
  private static final String STUDIES = "/dicomweb/{schema}/studies";
  private static final String STUDY = STUDIES + "/{study}";
  private static final String SERIES = STUDY + "/series/{series}";
  private static final String INSTANCE = SERIES + "/instances/{instance}";

  private final Search search;
  private final Retrieval retrieval;
  private final Storing storing;

  public DicomWebRoutes(
      Sandboxes sandboxes,
      QueryLimits limits,
      FileContents contents,
      Lake lake,
      FileService files,
      Uploads uploads) {
    search = new Search(sandboxes, limits);
    retrieval = new Retrieval(new Instances(sandboxes, limits, contents));
    storing = new Storing(lake, files, uploads);
  }

  public List<Route> routes() {
    return List.of(
        search(STUDIES, Level.STUDY),
        search("/dicomweb/{schema}/series", Level.SERIES),
        search("/dicomweb/{schema}/instances", Level.INSTANCE),
        search(STUDY + "/series", Level.SERIES),
        search(STUDY + "/instances", Level.INSTANCE),
        search(SERIES + "/instances", Level.INSTANCE),
        read(STUDY, retrieval::instances),
        read(SERIES, retrieval::instances),
        read(INSTANCE, retrieval::instances),
        read(STUDY + "/metadata", exchange -> retrieval.metadata(exchange)),
        read(SERIES + "/metadata", exchange -> retrieval.metadata(exchange)),
        read(INSTANCE + "/metadata", exchange -> retrieval.metadata(exchange)),
        read(INSTANCE + "/frames/{frames}", retrieval::frames),
        read(INSTANCE + "/bulkdata", retrieval::bulkData),
        Route.of("POST", STUDIES, Permission.INGEST, storing::store),
        Route.of("POST", STUDY, Permission.INGEST, storing::store));
  }

  private Route search(String path, Level level) {
    return read(path, exchange -> search.answer(exchange, level));
  }

  private static Route read(String path, Handler handler) {
    return Route.of("GET", path, Permission.READ, handler);
  }
}
