-- Lists of one platform or one category, in the orders that may follow from it: the products of a
-- category stand together, serials and tags where they begin with a mark of the device, and where
-- many are equal what was made together. A walk along such an order alone would pass everything
-- else first. They serve the filters too.
DROP INDEX assets_by_platform;
DROP INDEX assets_by_category;
CREATE INDEX assets_of_platform_by_tag ON assets (tenant_id, archived, platform, tag_key, id);
CREATE INDEX assets_of_platform_by_serial ON assets (tenant_id, archived, platform, serial_key, id);
CREATE INDEX assets_of_platform_by_product ON assets (tenant_id, archived, platform, product_key, id);
CREATE INDEX assets_of_platform_by_status ON assets (tenant_id, archived, platform, status_key, id);
CREATE INDEX assets_of_platform_by_location ON assets (tenant_id, archived, platform, location_key, id);
CREATE INDEX assets_of_platform_by_updated_at ON assets (tenant_id, archived, platform, updated_at, id);
CREATE INDEX assets_of_platform_by_created_at ON assets (tenant_id, archived, platform, created_at, id);
CREATE INDEX assets_of_category_by_tag ON assets (tenant_id, archived, shown_category_id, tag_key, id);
CREATE INDEX assets_of_category_by_serial ON assets (tenant_id, archived, shown_category_id, serial_key, id);
CREATE INDEX assets_of_category_by_product ON assets (tenant_id, archived, shown_category_id, product_key, id);
CREATE INDEX assets_of_category_by_status ON assets (tenant_id, archived, shown_category_id, status_key, id);
CREATE INDEX assets_of_category_by_location ON assets (tenant_id, archived, shown_category_id, location_key, id);
CREATE INDEX assets_of_category_by_updated_at ON assets (tenant_id, archived, shown_category_id, updated_at, id);
CREATE INDEX assets_of_category_by_created_at ON assets (tenant_id, archived, shown_category_id, created_at, id);
