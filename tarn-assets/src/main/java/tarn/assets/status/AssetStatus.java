package tarn.assets.status;

import java.util.Optional;
import tarn.assets.definition.AssetDefinition;

/**
 * An asset and what became of it.
 *
 * @param last its last materialization that was committed
 */
public record AssetStatus(
    AssetDefinition definition, Optional<LastMaterialization> last, Condition condition) {}
