package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks status and message for every kind of body that is not a complete, ordinary JPEG, and that
 * the server still scores a valid image afterwards. Runs in a heap of 512 MB.
 */
@Tag("engine")
class BadInputsTest {

  private static final String LYNX = "\"index\":287,\"label\":\"lynx\"";

  private static RealServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RealServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void bodiesThatAreNotImages() throws Exception {
    refused("empty body", new byte[0], "there is no image");
    refused("text", TestImages.text("hello"), "not an image");
    refused("JSON", TestImages.text("{\"instances\": []}"), "JSON");
    refused("HTML", TestImages.text("<!DOCTYPE html><html></html>"), "HTML");
    refused("SVG", TestImages.text("<?xml version=\"1.0\"?><svg></svg>"), "SVG");
    refused("PDF", TestImages.text("%PDF-1.7 and so on"), "PDF");
    refused("ZIP", TestImages.text("PK\003\004 and so on"), "ZIP");
    refused("TIFF", TestImages.text("II*\0\010\0\0\0 and so on"), "TIFF");
    refused("HEIC", TestImages.text("\0\0\0\030ftypheic\0\0\0\0mif1heic"), "HEI");
    refused("random bytes", TestImages.random(50_000), "not an image");
    refused("gzipped JPEG", TestImages.gzipped(TestImages.lynx()), "gzip");
    byte[] base64 = Base64.getEncoder().encode(TestImages.lynx());
    refused("JPEG in base64", base64, "base64");
  }

  @Test
  void truncatedAndDamagedImages() throws Exception {
    for (int percent : new int[] {10, 50, 99}) {
      refused("JPEG, first " + percent + " %", TestImages.cut(TestImages.lynx(), percent), "cut");
    }
    refused("progressive JPEG, half", TestImages.cut(TestImages.progressiveLynx(), 50), "cut");
    refused("PNG, half", TestImages.cut(TestImages.lynxAs("png"), 50), "cut off");
    refused("GIF, half", TestImages.cut(TestImages.lynxAs("gif"), 50), "cut off");
    refused("BMP, half", TestImages.cut(TestImages.lynxAs("bmp"), 50), "cut off");
    refused("WebP, header alone", TestImages.text("RIFF\044\0\0\0WEBPVP8 \030\0\0\0"), "cut off");
    refused("PNG with a bent byte", TestImages.bent(TestImages.lynxAs("png")), "checksum");
  }

  @Test
  void imagesTooLargeToDecode() throws Exception {
    byte[] bomb = TestImages.pngBomb();
    assertThat(bomb).hasSizeLessThan(1 << 20);
    refused("PNG of 20000 x 20000 pixels", bomb, "20000 x 20000");
    refused("JPEG claiming 60000 x 60000", TestImages.jpegClaiming(60_000, 60_000), "60000");
    refused("JPEG claiming 0 x 0", TestImages.jpegClaiming(0, 0), "0 x 0");
  }

  @Test
  void unusualValidImages() throws Exception {
    check("CMYK JPEG", 200, LYNX, server.post("/score", TestImages.cmykLynx()));
    check("progressive JPEG", 200, LYNX, server.post("/score", TestImages.progressiveLynx()));
    scored("16-bit grey PNG", TestImages.sixteenBitPng());
    scored("1 x 1 PNG", TestImages.png(1, 1, BufferedImage.TYPE_INT_RGB));
    scored("transparent PNG", TestImages.png(50, 40, BufferedImage.TYPE_INT_ARGB));
    scored("3000 x 1 PNG", TestImages.png(3000, 1, BufferedImage.TYPE_INT_RGB));
    scored("1 x 3000 PNG", TestImages.png(1, 3000, BufferedImage.TYPE_INT_RGB));
    scored("black-and-white PNG", TestImages.png(64, 64, BufferedImage.TYPE_BYTE_BINARY));
    scored("animated GIF, first frame", TestImages.animatedGif());
  }

  @Test
  void unusualRequests() throws Exception {
    byte[] lynx = TestImages.lynx();
    for (String type : new String[] {"application/json", "application/x-www-form-urlencoded"}) {
      check("Content-Type " + type, 200, LYNX, server.post("/score", lynx, "Content-Type", type));
    }
    HttpRequest.BodyPublisher chunked =
        HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(lynx));
    check("chunked", 200, LYNX, server.send("/score", chunked));
    byte[] large = new byte[RealServer.MAX_BODY + 1];
    check("body over the limit", 413, "larger than", server.post("/score", large));
    String form = "multipart/form-data; boundary=b";
    byte[] noFile =
        TestImages.text("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b--\r\n");
    check(
        "multipart without a file",
        400,
        "has no file",
        server.post("/score", noFile, "Content-Type", form));
    check("topK=0", 400, "topK=0", server.post("/score?topK=0", lynx));
    check("topK=many", 400, "topK=many", server.post("/score?topK=many", lynx));
    check("output=logits", 400, "output=logits", server.post("/score?output=logits", lynx));
    check("unknown model", 404, "no model 'x'", server.post("/predictions/x", lynx));
    check("unknown version", 404, "version 9", server.post("/predictions/resnet50/9", lynx));
  }

  @Test
  void invalidImagesDoNotAffectAValidOneInTheSameBatch() {
    byte[][] bodies = {
      TestImages.lynx(),
      TestImages.cut(TestImages.lynx(), 50),
      TestImages.text("hello"),
      TestImages.lynx()
    };
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try {
      CompletableFuture<?>[] calls =
          IntStream.range(0, 200)
              .mapToObj(i -> CompletableFuture.runAsync(() -> sendOne(bodies[i % 4]), clients))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(calls).join();
    } finally {
      clients.shutdown();
    }
  }

  /** 300 images at once: a full queue, the rest rejected, and no shortage of memory. */
  @Test
  void aFullQueueOfRealImagesFitsTheHeap() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 300)
            .mapToObj(i -> server.postLater("/score", TestImages.lynx()))
            .toList();

    int scored = 0;
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      HttpResponse<String> answer = call.get();
      assertThat(answer.statusCode()).as(answer.body()).isIn(200, 503);
      scored += answer.statusCode() == 200 ? 1 : 0;
    }
    assertThat(scored).isGreaterThanOrEqualTo(200);
    assertThat(server.post("/score", TestImages.lynx()).body()).contains(LYNX);
  }

  private static void sendOne(byte[] body) {
    try {
      boolean good = body.length == TestImages.lynx().length;
      HttpResponse<String> answer = server.post("/score", body);
      assertThat(answer.statusCode()).isEqualTo(good ? 200 : 400);
      if (good) {
        assertThat(answer.body()).contains(LYNX);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refused(String what, byte[] body, String message) throws Exception {
    check(what, 400, message, server.post("/score", body));
  }

  private static void scored(String what, byte[] body) throws Exception {
    check(what, 200, "\"predictions\":[{\"index\":", server.post("/score", body));
  }

  /** Checks a response, that it shows no internals, and that the server still scores an image. */
  private static void check(String what, int status, String part, HttpResponse<String> answer)
      throws Exception {
    System.out.printf("| %s | %d | %s |%n", what, answer.statusCode(), answer.body());
    assertThat(answer.statusCode()).as(what + ": " + answer.body()).isEqualTo(status);
    assertThat(answer.body()).as(what).containsIgnoringCase(part);
    assertThat(answer.body()).as(what).doesNotContain("java.", "javax.", "com.sun", "org.");
    assertThat(answer.headers().firstValue("x-request-id")).as(what).isPresent();

    HttpResponse<String> good = server.post("/score", TestImages.lynx());
    assertThat(good.statusCode()).as("the valid image after: " + what).isEqualTo(200);
    assertThat(good.body()).contains(LYNX);
  }
}
