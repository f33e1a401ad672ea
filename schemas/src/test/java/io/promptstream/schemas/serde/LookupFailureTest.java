package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupFailureTest {
  private static boolean isTransient(Throwable cause) {
    return LookupFailure.isTransient(
        new IllegalStateException(new SerializationException("no schema", cause)));
  }

  private static SSLException handshake(Exception cause) {
    SSLException failed = new SSLHandshakeException("the handshake failed");
    failed.initCause(cause);
    return failed;
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void shouldRetryIfTheRegistryOrAProxyIsTemporarilyUnavailable(int status) {
    assertThat(isTransient(new RestClientException("later", status, status * 100 + 1)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 409, 422})
  void shouldNotRetryIfTheRegistryRejectsTheRequest(int status) {
    assertThat(isTransient(new RestClientException("no", status, status * 100 + 1)))
        .isFalse();
  }

  @Test
  void shouldRetryIfNothingAnswers() {
    assertThat(isTransient(new ConnectException("Connection refused"))).isTrue();
    assertThat(isTransient(new UnknownHostException("registry"))).isTrue();
    assertThat(isTransient(new SocketTimeoutException("Read timed out"))).isTrue();
    assertThat(isTransient(new ThrottlingQuotaExceededException("too many requests")))
        .isTrue();
    assertThat(isTransient(handshake(new EOFException("closed")))).isTrue();
    assertThat(LookupFailure.isTransient(new TimeoutException("no time"))).isTrue();
  }

  @Test
  void shouldNotRetryPermanentFailures() {
    assertThat(isTransient(new MalformedURLException("no protocol"))).isFalse();
    assertThat(isTransient(new SSLException("Unsupported or unrecognized SSL message")))
        .isFalse();
    assertThat(isTransient(handshake(new CertificateException("unknown")))).isFalse();
    assertThat(isTransient(new NullPointerException("a bug"))).isFalse();
    assertThat(LookupFailure.isTransient(
            new TimeoutException("status", new RestClientException("no", 403, 40301))))
        .isFalse();
  }
}
