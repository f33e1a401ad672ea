package io.promptstream.encoder.checkpoint.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.checkpoint.web.WebSource.HubModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSourcesTest {
  private static final Map<String, String> NOTHING = Map.of("HF_HOME", "/nowhere");

  @TempDir
  private Path directory;

  @ParameterizedTest
  @CsvSource({
    "sam_vit_b, https://dl.fbaipublicfiles.com/segment_anything/sam_vit_b_01ec64.pth",
    "sam_vit_l, https://dl.fbaipublicfiles.com/segment_anything/sam_vit_l_0b3195.pth",
    "sam_vit_h, https://dl.fbaipublicfiles.com/segment_anything/sam_vit_h_4b8939.pth",
    "sam2_hiera_tiny, https://dl.fbaipublicfiles.com/segment_anything_2/072824/sam2_hiera_tiny.pt",
    "sam2.1_hiera_base_plus, https://dl.fbaipublicfiles.com/segment_anything_2/092824/sam2.1_hiera_base_plus.pt",
    "sam_hq_vit_tiny, https://huggingface.co/lkeab/hq-sam/resolve/main/sam_hq_vit_tiny.pth",
    "mobile_sam, https://github.com/ChaoningZhang/MobileSAM/raw/master/weights/mobile_sam.pt",
    "https://host:1/a.pth?x=y, https://host:1/a.pth?x=y",
    "HTTP://host/a.pth, HTTP://host/a.pth",
  })
  void shouldFindAFile(String source, String address) throws WebException {
    assertThat(WebSources.isOnTheWeb(source)).isTrue();
    assertThat(((WebSource.File) resolve(NOTHING, source)).address())
        .isEqualTo(new WebAddress(URI.create(address), null));
  }

  @ParameterizedTest
  @CsvSource({
    "hf:facebook/sam-vit-base, https://huggingface.co/facebook/sam-vit-base/resolve/main/model.safetensors",
    "hf:me/x_1.0@v2.1, https://huggingface.co/me/x_1.0/resolve/v2.1/model.safetensors",
    "hf:me/x@refs/pr/1, https://huggingface.co/me/x/resolve/refs%2Fpr%2F1/model.safetensors",
  })
  void shouldFindAModelOfTheHub(String source, String address) throws WebException {
    assertThat(WebSources.isOnTheWeb(source)).isTrue();
    HubModel model = (HubModel) resolve(NOTHING, source);

    assertThat(model.file(HubModel.MODEL).uri()).hasToString(address);
    assertThat(model.at(Optional.of("0123abcd")).file(HubModel.INDEX).uri().toString())
        .endsWith("/resolve/0123abcd/model.safetensors.index.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sam.pth", "/a/b.pth", "seed:1", "sam_vit_x", "./sam_vit_b", "httpsx"})
  void shouldIgnoreOtherSources(String source) {
    assertThat(WebSources.isOnTheWeb(source)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "hf:, it is not hf:OWNER/NAME",
    "hf:owner, it is not hf:OWNER/NAME",
    "hf:a/b/c, it is not hf:OWNER/NAME",
    "hf:../b, it is not hf:OWNER/NAME",
    "hf:a/b@x/../y, it is not hf:OWNER/NAME",
    "hf:a/b@, it is not hf:OWNER/NAME",
    "https://, it is not an address",
    "https:///a, names no host",
    "https://a b/c, it is not an address",
    "https://user:secret@host/c, contains a user or a password",
  })
  void shouldRejectMalformedSources(String source, String message) {
    assertThatExceptionOfType(WebException.class)
        .isThrownBy(() -> resolve(NOTHING, source))
        .withMessageContaining(message)
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("secret"));
  }

  @Test
  void shouldUseTheHubOfTheEnvironment() throws WebException {
    Map<String, String> environment =
        Map.of("HF_ENDPOINT", "https://hub.local:8443/hf/", "HF_TOKEN", " hf_abc\n");

    WebAddress address = ((HubModel) resolve(environment, "hf:me/x")).file(HubModel.MODEL);

    assertThat(address.uri())
        .hasToString("https://hub.local:8443/hf/me/x/resolve/main/model.safetensors");
    assertThat(address.tokenFor(address.uri()).orElseThrow().authorization())
        .isEqualTo("Bearer hf_abc");
    assertThat(address.tokenFor(URI.create("http://hub.local:8443/"))).isEmpty();
    assertThat(address.tokenFor(URI.create("https://hub.local/"))).isEmpty();
    assertThat(address.tokenFor(URI.create("https://hub.local.evil:8443/"))).isEmpty();
  }

  @Test
  void shouldUseTheTokenOnlyForAddressesOfTheHub() throws WebException {
    Map<String, String> environment = Map.of("HF_TOKEN", "hf_abc");

    assertThat(((WebSource.File) resolve(environment, "https://huggingface.co/a"))
            .address()
            .token())
        .isNotNull();
    assertThat(((WebSource.File) resolve(environment, "https://example.org/a"))
            .address()
            .token())
        .isNull();
    assertThat(((WebSource.File) resolve(environment, "sam_vit_b")).address().token())
        .isNull();
  }

  @Test
  void shouldReadTheTokenFromTheFilesOfTheHubsOwnTools() throws IOException {
    Files.createDirectories(directory.resolve(".cache/huggingface"));
    Files.writeString(directory.resolve(".cache/huggingface/token"), "of_home\n");
    Files.writeString(directory.resolve("token"), "of_hf_home");
    Files.writeString(directory.resolve("other"), "of_path");

    assertThat(token(Map.of("HOME", directory.toString()))).isEqualTo("Bearer of_home");
    assertThat(token(Map.of("XDG_CACHE_HOME", directory.resolve(".cache").toString())))
        .isEqualTo("Bearer of_home");
    assertThat(token(Map.of("HF_HOME", directory.toString()))).isEqualTo("Bearer of_hf_home");
    assertThat(token(Map.of("HF_TOKEN_PATH", directory.resolve("other").toString())))
        .isEqualTo("Bearer of_path");
    assertThat(AccessToken.of(NOTHING)).isEmpty();
  }

  @Test
  void shouldRejectAnInvalidTokenWithoutShowingIt() {
    assertThatExceptionOfType(WebException.class)
        .isThrownBy(() -> AccessToken.of(Map.of("HF_TOKEN", "hf_abc\r\nX-Evil: 1")))
        .withMessage("the access token in HF_TOKEN contains a character that is not allowed");
  }

  @Test
  void shouldShowNoSecrets() throws WebException {
    assertThat(resolve(Map.of("HF_TOKEN", "hf_abc"), "https://huggingface.co/a.pth?sig=1"))
        .asString()
        .doesNotContain("hf_abc");
    assertThat(resolve(NOTHING, "https://host/a.pth?sig=1").shown())
        .isEqualTo("https://host/a.pth?...");
  }

  private static String token(Map<String, String> environment) throws WebException {
    return AccessToken.of(environment).orElseThrow().authorization();
  }

  private static WebSource resolve(Map<String, String> environment, String source)
      throws WebException {
    return new WebSources(environment).resolve(source);
  }
}
