package io.lynxeye.bench.micro;

import io.lynxeye.bench.setup.JdkDecoder;
import io.lynxeye.bench.setup.ResnetInput;
import io.lynxeye.bench.setup.TestImage;
import io.lynxeye.engine.jpeg.JpegDecoders;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * JPEG bytes to ResNet50's input: with libjpeg-turbo, with the JDK's decoder, with ImageIO alone;
 * and the resize alone. The image is {@code samples/lynx.jpg} or that of {@code
 * -Dlynxeye.bench.picture=FILE}, scaled.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeMicro {

  @Param({TestImage.SMALL, TestImage.LYNX, TestImage.LARGE, TestImage.CAMERA})
  public String image;

  private final ImageDecoder decoder =
      new ImageDecoder(
          DecodeLimits.defaults(),
          JpegDecoders.choose(TensorFlowBuild.ofThisProcess().in(UserFolders.ofThisUser())));
  private final ImageDecoder javaDecoder = new ImageDecoder(DecodeLimits.defaults());
  private final ImagePreprocessor preprocessor = ResnetInput.preprocessor();
  private final FloatBuffer sample = FloatBuffer.allocate(preprocessor.sampleFloats());
  private byte[] jpeg;
  private RgbImage decoded;

  @Setup
  public void prepare() throws IOException, InvalidImageException {
    Path home = Path.of(System.getProperty("lynxeye.home", "."));
    String original = System.getProperty("lynxeye.bench.picture", "samples/lynx.jpg");
    jpeg = TestImage.named(TestImage.of(home.resolve(original)), image).jpeg();
    decoded = decoder.decode(jpeg);
  }

  @Benchmark
  public FloatBuffer decodeToSample() throws InvalidImageException {
    decoder.decode(jpeg, preprocessor, sample.clear());
    return sample;
  }

  @Benchmark
  public FloatBuffer decodeWithoutTurbo() throws InvalidImageException {
    javaDecoder.decode(jpeg, preprocessor, sample.clear());
    return sample;
  }

  @Benchmark
  public float[] decodeWithImageIo() throws IOException {
    return JdkDecoder.decode(jpeg);
  }

  @Benchmark
  public float[] resizeAndNormalise() {
    return preprocessor.preprocess(decoded);
  }
}
