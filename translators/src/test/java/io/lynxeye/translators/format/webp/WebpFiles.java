package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.TestImages;
import java.util.Base64;

/** Files made by libwebp from 20 x 12 images with known pixels: no Java library writes WebP. */
public final class WebpFiles {

  /** {@link TestImages#pattern}, alone and with an alpha of 12 times the column. */
  private static final String LOSSLESS =
      "UklGRuIAAABXRUJQVlA4TNYAAAAvE8ACAM2UIaL/sYmI/ocDim1ry5bwu7t7cvc/KSR3d3d3SCw6lUTWAbCY"
          + "3idj+NNZCtq2kcKf5pH4zwzaNpKcivc/EhcT0FeUrizlqkDFKl7ZKlezWjVYQzVRc7VSW3VQZ2VeV4FkiHmg"
          + "yCsKwMYLUiYGARc74OcZQEpmnHdsSESZBxLcQ5Y3AMRMdAEds6BiG+p8EuMDMZlqrgFEPAwDDtbBwilAmk+y"
          + "iJRB0sQTACJAfxscXALk+aXIP4IKSJp5BkBxtwBwsQk2zlEAWb7Jz+8PxfgB";

  /** 8 x + 6 y + 18 c, at quality 90, alone and with its left half transparent. */
  private static final String LOSSY =
      "UklGRlgAAABXRUJQVlA4IEwAAACwAwCdASoUAAwAPjEUiEKiISEYBAAgAwSygFYXQAAkx67Rbe1fUAD+/yJR"
          + "oPj4GNJGgy7yc/hhXcb8WxSG5n18AU9UdRa1RYOxmAAA";

  private static final String LOSSLESS_ALPHA =
      "UklGRvYAAABXRUJQVlA4TOkAAAAvE8ACEM2UIaL/sYmI/ocDjmvbypY/cXf3v3L3vzKgcnd3d4eK0NNSUesA"
          + "CNP7ZAxUOwratpHCn+aR+M8M2jaSnIr3PxInJEghdidAUSlrfW2t3XWwjteJOldX6lbdrgfqwXq8nq2X6816"
          + "vz6tLetSQjKMOUAJL1AC7HiGlBkDADe2QQBPAKRkJvAGOyRimAMkcQdyeAWAmBk9gB4zQI0t0MAH4niHmEwN"
          + "rgCIeDEEcGINWHECIIMP5CBSAZJmPAJABPjfAk5cACjgByX8QVAFkhY8AUB5NwHgxgaw4wxKQA5fKMzPL5Tj"
          + "BwA=";

  private static final String LOSSY_ALPHA =
      "UklGRpYAAABXRUJQVlA4WAoAAAAQAAAAEwAACwAAQUxQSBQAAAABDzD/ERFCIEA48P+qQEFE/4McAFZQOCBc"
          + "AAAAEAQAnQEqFAAMAD4xFIhCoiEhGAQAIAMEsoBdl0AAMLZsg4UukkyelAAA/v+dcYWW4/4XkPB/z0LUzeih"
          + "L2cLfijfOsXGapn6kYYux/18AU9UdRa1cPCsJcHOAAA=";

  /** The pattern, then a red frame. */
  private static final String ANIM =
      "UklGRvADAABXRUJQVlA4WAoAAAACAAAAEwAACwAAQU5JTQYAAAAAAAAAAABBTk1GlAMAAAAAAAAAABMAAAsA"
          + "ADIAAAJWUDhMewMAAC8TwAIAdwc3AACCTVTbtm3btm3btm3b7mTbtm3begNB27ZNxZ1+KAAAEGxm3LZt27Zt"
          + "JNu2bdu2zWTbts35D0CA4AMrTcqkNKRJqaaqMiUtbDBmRFcLvdpVPXmwYYENCz1daxrIXQql8pWTtXgloEIx"
          + "XjKWmXFsw+ceZI8FFmawYSFNinSJcsfBuhmEBAXeK9KkPDmWjhZmTPS0ubRIv05tHMCF49oq7LFAjIhurUL3"
          + "R7FcC0pc3CzatKhWqosHwgmYXiYHq7Z1mZUHMyahAfh5NCxKR650NHHtQNfc2TSnnKwdPTizpb16iQjhx+fN"
          + "taIJCfFrRo6kEekXpIY60UKRJKGcLEU5QEFMyYAbF9iwNDIkUzIdTbCOUSc3ns7FDA1wAGqVC7lv1KkRzFcL"
          + "GyxZuLUpE6PCCejiYd+QOtpKkyIljpoygX0YWTQK8ng4SUEOCIgxI7c2/e+HYL7UVWjOzNe75+5YalRIJwEz"
          + "JpRTYNoo00btGfC3L0+OXVkmUTTu2aOirI42rDGJBLehhbYGns5t1+3YlI01KyJsdbXq0sFA39DCoUZlXRPu"
          + "2cM4WvBwoR81ONjAB7ZRK+7ZQ0ZKo2qsWcEaE7RogINxtQ8SwsCCiRbKuxvmG6dbK8SI3NslskDQhyQnDcrI"
          + "7K4XShSop2JJBZUrQDM1Pt05v2l+Hq1rAh2aoyYJC/B3n4QFcLSO+Yy5tEdNmQvzQv1jzUqwbxtaiC8cDyds"
          + "rMmWqpys3HGQluDr34EOzbdXMpfgaOM0Vy3AK7GFwsSo6hR5diHEL9iwSIhiYkg2VjVT478nFZOTOw4985YT"
          + "BxlJMGPSQN9NGwAxAAACTbZm27Zt27Zt27Zt27Zt27wnov8BAKKphA3DqufeBEJHvk3aAD6bikgMOY+ac0bf"
          + "CVavYJc6co2r5CMIT8IkYR5ROfvI7t3xpFx1bzHOXENKL6Tplt65D1VNW8J5TBDHnpku0HBLW4eXT93QOtRe"
          + "CGaeStWjEp5ZRLRdUpvWf8Rjxn6NG79cl0Vb6PjkLIOLR88JBkXblCHzDFl3Tjv6YlqO8XWLr5xezbeShZca"
          + "3UTZn3EyRn45PQdgpcRpiG0vyHdDdoitVd0uqmLyisKm7JAxepU1/8XzyGpP1z2lYeWd37/rQaH0WmeQLO8/"
          + "+c8sMLf/GK6SNIOwH4AFbMkPc7TzAgBBTk1GKAAAAAAAAAAAABMAAAsAADIAAABWUDhMDwAAAC8TwAIABxD9"
          + "j/4HIqL/AQA=";

  private WebpFiles() {}

  public static byte[] lossless() {
    return Base64.getDecoder().decode(LOSSLESS);
  }

  public static byte[] lossy() {
    return Base64.getDecoder().decode(LOSSY);
  }

  public static byte[] losslessWithAlpha() {
    return Base64.getDecoder().decode(LOSSLESS_ALPHA);
  }

  public static byte[] lossyWithAlpha() {
    return Base64.getDecoder().decode(LOSSY_ALPHA);
  }

  public static byte[] animated() {
    return Base64.getDecoder().decode(ANIM);
  }
}
