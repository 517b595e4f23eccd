/** WebP: the container, the memory that a frame needs, and pixels by libwebp. */
package io.lynxeye.translators.format.webp;
