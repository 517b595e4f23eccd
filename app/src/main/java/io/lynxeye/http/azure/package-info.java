/** Azure ML's scoring service. */
package io.lynxeye.http.azure;
