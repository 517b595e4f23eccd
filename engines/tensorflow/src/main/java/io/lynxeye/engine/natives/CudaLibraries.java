package io.lynxeye.engine.natives;

import java.nio.file.Path;
import java.util.List;

/**
 * The CUDA and cuDNN libraries that TensorFlow's build for GPUs opens, and their dependencies, for
 * machines that have only the NVIDIA driver. The launcher unpacks them before it starts the server,
 * because the system reads its library search path once, when a process starts.
 *
 * <p>The driver's own {@code libcuda.so.1} is not included: it must match the kernel.
 */
public final class CudaLibraries {

  /** The launcher uses the same name. */
  static final String VERSION = "cuda-12.3-cudnn-8.9";

  /** System property in which the launcher passes the folder on the search path. */
  private static final String FOLDER = "lynxeye.cuda";

  // TensorFlow opens cudart, cublas, cublasLt, cufft, cusolver, cusparse and cudnn. These link
  // against nvJitLink; cuDNN opens its own parts and the run-time compiler by name, and that opens
  // its builtins. TensorFlow opens neither curand nor nccl (it has its own).
  private static final List<NativeLibraries.File> FILES =
      NativeLibraries.files(
          "org/bytedeco/cuda/linux-x86_64/",
          """
          libcudart.so.12 703808 c64a25f35ec55af9f0aeb0079fc6a285e3620d8c4acb0632c3e23b9a8926610f
          libcublasLt.so.12 518358624 4776affac4b3d78f1e5076d39bd046637672f54682bd2b3f40824f9dfac37708
          libcublas.so.12 106679344 8bdbda040980c430fc07dd853fdebc578e51951015284e4f109de5ee345a22e6
          libcufft.so.11 177827520 dc1149bf0920e517fa20bcbbc90502b5723e7562cdad9924ba80f1fa5ffde49f
          libnvJitLink.so.12 52190720 27e9026371485eb70bfc228410663eebf77db589ae5745a2da33d512d9450dbc
          libcusparse.so.12 267184960 702b23d9f981720c5adb5e8125046d00f0907b4aa18374d25006130c20506e65
          libcusolver.so.11 115640600 5e53eda917966250fb56646a660db84349b857fcc279ca241740dc8f0c0bf884
          libnvrtc-builtins.so.12.3 6662024 343b785aefaec13407d631c7efb0bd727ae849f086dc027af3d36c030b505167
          libnvrtc.so.12 60792048 e150bf88f72f5340f3b4e9942c3a71451c6924f73cded90e459740f443045d4e
          libcudnn_ops_infer.so.8 90829248 c8244d2b9a777e5e7e34d50923301e0227182d9b1002a8f2f146e006ae9e0bdc
          libcudnn_ops_train.so.8 70926584 6880d15099e6ff88d46f52b1050d1eca2090cdb30c89122cd434a04fd165e09a
          libcudnn_cnn_infer.so.8 570673312 b56d6a6efcbcdd9b5e472918ff9bd61aeee7f87ee0e2bdc25db0922b09bf7394
          libcudnn_cnn_train.so.8 125431984 2fcd9ef1ec9d435859d3b4acdb358a0f893f4108e0c50f97d0a3c63659b9ffc3
          libcudnn_adv_infer.so.8 125098064 b3815931392ec05bd4c56293894df6f1452d243abf2cc6dbb5088aa029111bad
          libcudnn_adv_train.so.8 116106128 2a446a56fc0864f6228c9b416c25dffe96a5c719a0d404326d2a1db8a2b0f13c
          libcudnn.so.8 142008 463fd6d5dd754a874d785b0cea3e06b7a9ddd7576b9c3d9df13aca0af18fb2f4
          """);

  private CudaLibraries() {}

  /**
   * The libraries in a cache folder.
   *
   * @param jar class loader that sees only the CUDA jar, whose JavaCPP must not meet the class
   *     path's
   */
  public static NativeLibraries in(Path cache, ClassLoader jar) {
    return new NativeLibraries(cache, jar, VERSION, FILES);
  }

  /** The libraries' names; each comes after its dependencies. */
  public static List<String> names() {
    return FILES.stream().map(NativeLibraries.File::name).toList();
  }

  /** Returns whether this process was started with the libraries, with or without a GPU. */
  public static boolean areWanted() {
    return System.getProperty(FOLDER) != null;
  }
}
