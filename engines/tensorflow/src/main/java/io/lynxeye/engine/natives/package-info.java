/** Native libraries: where they are unpacked, and how the system finds them. */
package io.lynxeye.engine.natives;
