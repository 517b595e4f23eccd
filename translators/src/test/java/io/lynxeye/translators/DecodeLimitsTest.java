package io.lynxeye.translators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.format.BmpImage;
import io.lynxeye.translators.format.PngImage;
import io.lynxeye.translators.format.jpeg.JpegImage;
import io.lynxeye.translators.format.tiff.TiffImage;
import io.lynxeye.translators.format.webp.WebpImage;
import io.lynxeye.translators.format.webp.WebpWriter;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DecodeLimitsTest {

  private static final RgbImage IMAGE = TestImages.pattern(100, 100);
  private static final byte[] PNG = TestImages.png(IMAGE);

  /** 30,000 bytes of pixels and two rows, in KiB. */
  private static final int ONE_IMAGE = 30 * 1024;

  @Test
  void theDefaultBudgetIsLessThanHalfOfTheHeap() {
    DecodeLimits limits = DecodeLimits.defaults();

    assertThat(limits.maxPixels()).isEqualTo(50_000_000);
    assertThat(limits.maxDecodeBytes()).isLessThan(Runtime.getRuntime().maxMemory() / 2);
    assertThatThrownBy(() -> new DecodeLimits(0, 1)).hasMessageContaining("positive");
    assertThatThrownBy(() -> new DecodeLimits(1, 0)).hasMessageContaining("positive");
  }

  @Test
  void tooManyPixelsAreRefusedFromTheHeaderAlone() {
    byte[] bomb =
        TestImages.latin1(
            "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0\0N \0\0N \b\6\0\0\0CRC!\0\0\0\0IEND....");

    assertRefused(new ImageDecoder(DecodeLimits.defaults()), bomb, Reason.TOO_MANY_PIXELS)
        .hasMessageContaining("20000 x 20000")
        .hasMessageContaining("400 megapixels")
        .hasMessageContaining("at most 50 megapixels");
  }

  @Test
  void aVeryLongSideIsRefused() {
    byte[] strip =
        TestImages.latin1(
            "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0\2\0\0\0\0\0\1\b\6\0\0\0CRC!\0\0\0\0IEND....");

    assertRefused(new ImageDecoder(DecodeLimits.defaults()), strip, Reason.TOO_MANY_PIXELS)
        .hasMessageContaining("65535");
  }

  @Test
  void anImageThatNeverFitsTheBudgetIsRefusedWithNumbers() {
    ImageDecoder decoder = new ImageDecoder(new DecodeLimits(1_000_000, ONE_IMAGE - 1024));

    assertRefused(decoder, PNG, Reason.TOO_MUCH_MEMORY)
        .hasMessageContaining("100 x 100")
        .hasMessageContaining("30 KiB")
        .hasMessageContaining("29 KiB");
  }

  /** 3 bytes per pixel: 2,000 x 1,500 need 8,797 KiB, two thirds of which are available. */
  @Test
  void theMessageSaysHowManyMegapixelsWouldFit() {
    byte[] large = TestImages.encode("bmp", TestImages.gradient(2000, 1500));

    assertRefused(
            new ImageDecoder(new DecodeLimits(50_000_000, 6_000_000)),
            large,
            Reason.TOO_MUCH_MEMORY)
        .hasMessageContaining("(3 megapixels)")
        .hasMessageContaining("8790 KiB")
        .hasMessageContaining("about 1.99 megapixels of this kind");
  }

  @Test
  void aHeaderCanBeCheckedWithoutDecoding() throws Exception {
    byte[] headerAlone = Arrays.copyOf(PNG, 40);
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

    decoder.checkHeader(PNG);
    assertThatThrownBy(() -> decoder.decode(headerAlone)).isInstanceOf(InvalidImageException.class);
    assertThatThrownBy(() -> new ImageDecoder(new DecodeLimits(9_999, 1 << 20)).checkHeader(PNG))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("100 x 100");
    assertThatThrownBy(() -> decoder.checkHeader(TestImages.latin1("text")))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("not an image");
  }

  @Test
  void everyFormatReportsTheMemoryItNeedsBesidesTheResult() throws Exception {
    RgbImage source = TestImages.gradient(100, 100);
    byte[] jpeg = TestImages.jpeg(source);
    byte[] progressive = TestImages.progressiveJpeg(source);
    byte[] webp = WebpWriter.lossless(source);

    assertThat(JpegImage.parse(jpeg).workingBytes()).isEqualTo(jpeg.length);
    assertThat(JpegImage.parse(progressive).workingBytes())
        .isEqualTo(progressive.length + 2 * 3 * 100 * 100);
    assertThat(BmpImage.parse(TestImages.encode("bmp", source)).workingBytes()).isZero();
    assertThat(PngImage.parse(PNG).workingBytes()).isEqualTo(602);
    byte[] tiff = TestImages.tiff(source, "LZW");
    assertThat(TiffImage.parse(tiff).workingBytes()).isEqualTo(2 * tiff.length + 3 * 100 * 100);
    // The input, the output, libwebp's copy with 17 rows, tables of one group, and structures.
    long tables = 568 + 4 * (3 * 630 + 410 + 654);
    assertThat(WebpImage.parse(WebpWriter.file(webp)).workingBytes())
        .isEqualTo(webp.length + 30_000 + 4 * 100 * (100 + 17) + tables + (4 << 16) + (96 << 10));
  }

  /** Each group of prefix codes gets tables of 12 KB; as many as there are blocks of 4 x 4. */
  @ParameterizedTest
  @CsvSource({"128, 128, 1000, 1000", "128, 128, 5, 5", "1024, 1024, 65536, 65536"})
  void aLosslessImageReservesTheTablesOfItsGroups(int width, int height, int groups, int tables)
      throws Exception {
    WebpImage image = WebpImage.parse(WebpWriter.file(WebpWriter.groups(width, height, groups)));

    long perPixel = 8L * width * height; // The least besides the tables.
    assertThat(image.workingBytes() - perPixel)
        .isBetween(tables * 12_000L, tables * 13_000L + 2_000_000);
  }

  /**
   * A file of 200 KB declares as many groups as it can, for the tables of which 800 MB are needed.
   */
  @Test
  void aLosslessImageOfTooManyGroupsIsRefused() {
    byte[] bomb = WebpWriter.file(WebpWriter.groups(1024, 1024, 65_536));

    assertRefused(
            new ImageDecoder(new DecodeLimits(50_000_000, 200 << 20)), bomb, Reason.TOO_MUCH_MEMORY)
        .hasMessageContaining("1024 x 1024");
  }

  /** What its data declares is damaged, and could take seconds to read. */
  @Test
  void theSizeOfAWebpIsCheckedFirst() {
    byte[] large = WebpWriter.file(WebpWriter.groups(100, 100, 1));
    large[21] = (byte) 0xff;
    large[22] |= 0x3f;

    assertRefused(
            new ImageDecoder(new DecodeLimits(100_000, 200 << 20)), large, Reason.TOO_MANY_PIXELS)
        .hasMessageContaining("16384 x 100");
  }

  @Test
  void rotationNeedsASecondCopy() throws Exception {
    ImageDecoder decoder = new ImageDecoder(new DecodeLimits(1_000_000, 40 * 1024));
    byte[] upright = TestImages.jpeg(TestImages.gradient(100, 100));
    byte[] turned = TestImages.insert(upright, 2, TestImages.exifSegment(6, true));

    assertThat(decoder.decode(upright).width()).isEqualTo(100);
    assertRefused(decoder, turned, Reason.TOO_MUCH_MEMORY);
  }

  @Test
  void aDecodeWaitsUntilThePreviousImageHasBeenUsed() throws Exception {
    ImageDecoder decoder = new ImageDecoder(new DecodeLimits(1_000_000, ONE_IMAGE));
    CountDownLatch using = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<Integer> first =
          pool.submit(
              () ->
                  decoder.decode(
                      PNG,
                      image -> {
                        using.countDown();
                        awaitQuietly(mayEnd);
                        return image.width();
                      }));
      using.await();
      Thread[] waiting = new Thread[1];
      CountDownLatch started = new CountDownLatch(1);
      Future<RgbImage> second =
          pool.submit(
              () -> {
                waiting[0] = Thread.currentThread();
                started.countDown();
                return decoder.decode(PNG);
              });
      started.await();
      while (waiting[0].getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(second).isNotDone();

      mayEnd.countDown();

      assertThat(first.get()).isEqualTo(100);
      assertThat(second.get().rgb()).isEqualTo(IMAGE.rgb());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void manyThreadsNeverHoldMoreThanTheBudget() throws Exception {
    ImageDecoder decoder = new ImageDecoder(new DecodeLimits(1_000_000, 2 * ONE_IMAGE));
    AtomicInteger holding = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<Future<Boolean>> results = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      results.add(
          pool.submit(
              () ->
                  decoder.decode(
                      PNG,
                      image -> {
                        most.accumulateAndGet(holding.incrementAndGet(), Math::max);
                        holding.decrementAndGet();
                        return true;
                      })));
    }
    for (Future<Boolean> result : results) {
      assertThat(result.get()).isTrue();
    }
    pool.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(most).hasValueBetween(1, 2);
  }

  @Test
  void aFailedDecodeReturnsItsShare() throws Exception {
    ImageDecoder decoder = new ImageDecoder(new DecodeLimits(1_000_000, ONE_IMAGE));
    byte[] damaged = PNG.clone();
    damaged[damaged.length - 30] ^= 1;

    for (int i = 0; i < 3; i++) {
      assertRefused(decoder, damaged, Reason.CORRUPT);
    }

    assertThat(decoder.decode(PNG).rgb()).isEqualTo(IMAGE.rgb());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ImageDecoder decoder, byte[] bytes, Reason reason) {
    return assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
