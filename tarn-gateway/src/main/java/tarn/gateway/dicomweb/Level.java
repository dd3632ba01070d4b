package tarn.gateway.dicomweb;

import java.util.List;

/**
 * What a search is for, and the attributes that its answers have without being asked (PS3.18,
 * 10.6.3.3).
 */
enum Level {
  STUDY,
  SERIES,
  INSTANCE;

  List<String> attributes() {
    return switch (this) {
      case STUDY ->
          List.of(
              "00080005",
              "00080020",
              "00080030",
              "00080050",
              "00080090",
              "00080201",
              "00081030",
              "00100010",
              "00100020",
              "00100030",
              "00100040",
              "0020000D",
              "00200010");
      case SERIES ->
          List.of(
              "00080005",
              "00080060",
              "00080201",
              "0008103E",
              "0020000D",
              "0020000E",
              "00200011",
              "00400244",
              "00400245",
              "00400275");
      case INSTANCE ->
          List.of(
              "00080005",
              "00080016",
              "00080018",
              "00080201",
              "0020000D",
              "0020000E",
              "00200013",
              "00280008",
              "00280010",
              "00280011",
              "00280100");
    };
  }
}
