/** Handlers that the scoring protocols share. */
package io.lynxeye.http.scoring;
