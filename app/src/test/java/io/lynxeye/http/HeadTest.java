package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.http.EveryAddress.Address;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9110, section 9.3.2: HEAD gets the headers of GET and no body, at every address. */
class HeadTest {

  private static final Set<String> PER_REQUEST =
      Set.of("x-request-id", "date", "traceparent", ":status", "server-timing");

  /** Their content, and so its length, differs from request to request. */
  private static final Set<String> CHANGING = Set.of("/metrics", "/stats", "/nowhere", "/score");

  @TempDir private static Path folder;
  private static EveryAddress server;
  private static List<Address> addresses;

  @BeforeAll
  static void open() {
    server = new EveryAddress(folder);
    addresses = server.all();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static Stream<Address> addresses() {
    return addresses.stream();
  }

  @Test
  void everyPortIsAskedWithBothVersions() {
    assertThat(addresses).hasSizeGreaterThan(60);
    assertThat(addresses.stream().map(address -> address.uri().getPort()).distinct()).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void headHasTheHeadersOfGetAndNoBody(Address address) {
    assertSame(address);
    assertSame(address, "Accept-Encoding", "gzip");
    assertSame(address, "Accept", "text/html");
  }

  private static void assertSame(Address address, String... headers) {
    HttpResponse<String> get = server.send("GET", address, headers);
    HttpResponse<String> head = server.send("HEAD", address, headers);

    assertThat(head.version()).isEqualTo(address.version());
    assertThat(head.body()).isEmpty();
    assertThat(head.statusCode()).isEqualTo(get.statusCode());
    assertThat(headers(head, address)).isEqualTo(headers(get, address));
    if (address.version() == Version.HTTP_1_1 && get.body().length() < 1000) {
      assertThat(head.headers().firstValue("Content-Length")).isPresent();
    }
  }

  private static Map<String, List<String>> headers(HttpResponse<String> answer, Address address) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
    headers.keySet().removeAll(PER_REQUEST);
    headers.remove("transfer-encoding"); // Of a body whose length is not known before.
    if (CHANGING.contains(address.uri().getPath())) {
      headers.remove("content-length");
    }
    return headers;
  }
}
