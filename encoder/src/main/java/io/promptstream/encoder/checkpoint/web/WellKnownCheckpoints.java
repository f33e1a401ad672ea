package io.promptstream.encoder.checkpoint.web;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Resolves the names of well-known checkpoints to the addresses of their publishers.
 *
 * <p>Sources: the download sections of {@code facebookresearch/segment-anything},
 * {@code facebookresearch/sam2}, {@code ChaoningZhang/MobileSAM} and {@code SysCV/sam-hq}.
 */
final class WellKnownCheckpoints {
  private static final String SAM = "https://dl.fbaipublicfiles.com/segment_anything/";
  private static final String SAM_2 = "https://dl.fbaipublicfiles.com/segment_anything_2/072824/";
  private static final String SAM_2_1 = "https://dl.fbaipublicfiles.com/segment_anything_2/092824/";
  private static final String MOBILE_SAM =
      "https://github.com/ChaoningZhang/MobileSAM/raw/master/weights/mobile_sam.pt";

  /** A repository on Hugging Face's hub. */
  private static final String SAM_HQ_REPOSITORY = "lkeab/hq-sam";

  private static final Map<String, String> ADDRESSES = addresses();
  private static final Set<String> SAM_HQ =
      Set.of("sam_hq_vit_b", "sam_hq_vit_l", "sam_hq_vit_h", "sam_hq_vit_tiny");

  private WellKnownCheckpoints() {}

  private static Map<String, String> addresses() {
    Map<String, String> addresses = new TreeMap<>();
    Stream.of("sam_vit_b_01ec64", "sam_vit_l_0b3195", "sam_vit_h_4b8939")
        .forEach(
            file -> addresses.put(file.substring(0, file.lastIndexOf('_')), SAM + file + ".pth"));
    Stream.of("tiny", "small", "base_plus", "large").forEach(size -> {
      addresses.put("sam2_hiera_" + size, SAM_2 + "sam2_hiera_" + size + ".pt");
      addresses.put("sam2.1_hiera_" + size, SAM_2_1 + "sam2.1_hiera_" + size + ".pt");
    });
    addresses.put("mobile_sam", MOBILE_SAM);
    return Map.copyOf(addresses);
  }

  /** Returns the address of a checkpoint, empty if the name is unknown. */
  static Optional<WebAddress> find(String name, Hub hub) throws WebException {
    if (SAM_HQ.contains(name)) {
      return Optional.of(hub.file(SAM_HQ_REPOSITORY, "main", name + ".pth"));
    }
    String address = ADDRESSES.get(name);
    return address == null ? Optional.empty() : Optional.of(WebAddress.parse(address));
  }

  static boolean has(String name) {
    return SAM_HQ.contains(name) || ADDRESSES.containsKey(name);
  }
}
