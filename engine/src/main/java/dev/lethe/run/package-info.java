/** Training runs as values: settings, changed training sets, procedures, rankings, plans. */
@NullMarked
package dev.lethe.run;

import org.jspecify.annotations.NullMarked;
