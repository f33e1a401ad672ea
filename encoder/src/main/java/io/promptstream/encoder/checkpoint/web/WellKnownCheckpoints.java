package io.promptstream.encoder.checkpoint.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Resolves the names of well-known checkpoints to the addresses of their publishers.
 *
 * <p>Sources: the download sections of {@code facebookresearch/segment-anything},
 * {@code facebookresearch/sam2}, {@code ChaoningZhang/MobileSAM} and {@code SysCV/sam-hq}.
 */
final class WellKnownCheckpoints {
  private static final String META = "https://dl.fbaipublicfiles.com/segment_anything";

  private static final Map<String, String> ADDRESSES = addresses();

  /** Files of {@code lkeab/hq-sam} on Hugging Face's hub. */
  private static final Set<String> SAM_HQ =
      Set.of("sam_hq_vit_b", "sam_hq_vit_l", "sam_hq_vit_h", "sam_hq_vit_tiny");

  private WellKnownCheckpoints() {}

  private static Map<String, String> addresses() {
    Map<String, String> addresses = new TreeMap<>();
    for (String file : List.of("sam_vit_b_01ec64", "sam_vit_l_0b3195", "sam_vit_h_4b8939")) {
      addresses.put(file.substring(0, 9), META + "/" + file + ".pth");
    }
    for (String size : List.of("tiny", "small", "base_plus", "large")) {
      String file = "_hiera_" + size;
      addresses.put("sam2" + file, META + "_2/072824/sam2" + file + ".pt");
      addresses.put("sam2.1" + file, META + "_2/092824/sam2.1" + file + ".pt");
    }
    addresses.put(
        "mobile_sam",
        "https://github.com/ChaoningZhang/MobileSAM/raw/master/weights/mobile_sam.pt");
    return Map.copyOf(addresses);
  }

  /** Returns the address of a checkpoint, empty if the name is unknown. */
  static Optional<WebAddress> find(String name, Hub hub) throws WebException {
    if (SAM_HQ.contains(name)) {
      return Optional.of(hub.file("lkeab/hq-sam", "main", name + ".pth"));
    }
    String address = ADDRESSES.get(name);
    return address == null ? Optional.empty() : Optional.of(WebAddress.parse(address));
  }

  static boolean has(String name) {
    return SAM_HQ.contains(name) || ADDRESSES.containsKey(name);
  }
}
